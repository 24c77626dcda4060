import {
  buildPath,
  type EventTopic,
  eventDatePaths,
  eventTopics,
  type LiveDelta,
  type LiveSnapshot,
  type PublishedTopic,
  reviveDates,
  type TopicEvent,
} from '@drover/contract';
import { ApiError, isApiError } from './api-error.js';
import { backoffMs, wait } from './backoff.js';
import { EventParser, type ServerEvent } from './event-parser.js';
import type { Transport } from './transport.js';

export type EventStreamState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open' }
  /** Broken; goes on trying by itself. */
  | { readonly phase: 'waiting'; readonly error: ApiError; readonly retryInMs: number }
  /** Ended for good: by `close()`, or because the server refuses us (`error`). */
  | { readonly phase: 'closed'; readonly error?: ApiError };

export interface EventHandlers {
  /** What to hear of; `snapshot` alone unless told. `audit` is for admins: anybody else is refused the whole stream. */
  readonly topics?: readonly EventTopic[];
  /** First event, and again whenever deltas cannot bridge what was missed. */
  onSnapshot?(snapshot: LiveSnapshot): void;
  onDelta?(delta: LiveDelta): void;
  /** Something happened. After an outage one may come twice: it says where to look. */
  onTopic?(topic: PublishedTopic, event: TopicEvent): void;
  /** What was missed of these topics is no longer known: look at everything they are about. */
  onReset?(topics: readonly PublishedTopic[]): void;
  onState?(state: EventStreamState): void;
  /** Resume after this event: no snapshot comes when the server still holds what followed. */
  readonly lastEventId?: string;
}

export interface EventStream {
  /** Id of the newest event. */
  readonly lastEventId: string | undefined;
  close(): void;
}

/** Three heartbeats of the server: after that much silence the connection is dead, whatever TCP says. */
const silenceMs = 45_000;
const longestDelayMs = 30_000;
/** Trying again would change nothing. */
const final: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 501]);

/** Follows `GET /events` over `fetch`, so that tokens and Node work; reconnects until closed. */
export function followEvents(transport: Transport, handlers: EventHandlers): EventStream {
  const closed = new AbortController();
  let lastEventId = handlers.lastEventId;
  let failures = 0;

  const onEvent = (event: ServerEvent) => {
    if (event.event === 'dropped') {
      const { reason } = JSON.parse(event.data) as { reason: string };
      throw new ApiError(`The server dropped the stream: ${reason}.`, { code: 'network', status: 0 });
    }
    if (event.event === 'snapshot') {
      handlers.onSnapshot?.(reviveDates(JSON.parse(event.data) as LiveSnapshot, eventDatePaths.snapshot));
    } else if (event.event === 'delta') {
      const delta = JSON.parse(event.data) as LiveDelta;
      // With topics an id also says which message was the last: `<epoch>-<seq>~<message>`.
      if (lastEventId?.split('~')[0] !== `${delta.epoch}-${delta.previousSeq}`) {
        // A gap: forget where we are, so that the next connection starts with a snapshot.
        lastEventId = undefined;
        throw new ApiError('An event was missed.', { code: 'bad_reply', status: 200 });
      }
      handlers.onDelta?.(reviveDates(delta, eventDatePaths.delta));
    } else if (event.event === 'reset') {
      handlers.onReset?.((JSON.parse(event.data) as { topics: readonly PublishedTopic[] }).topics);
    } else if (isPublished(event.event)) {
      handlers.onTopic?.(event.event, JSON.parse(event.data) as TopicEvent);
    } else if (event.event !== 'ready') return;
    lastEventId = event.id;
    failures = 0;
  };

  const connect = async (): Promise<never> => {
    handlers.onState?.({ phase: 'connecting' });
    const attempt = new AbortController();
    const end = () => attempt.abort();
    closed.signal.addEventListener('abort', end);
    let timer = setTimeout(end, silenceMs);
    try {
      const response = await transport.open(
        buildPath('openEvents', undefined, handlers.topics && { topics: handlers.topics.join(',') }),
        {
          headers: { Accept: 'text/event-stream', ...(lastEventId !== undefined && { 'Last-Event-ID': lastEventId }) },
        },
        attempt.signal,
      );
      const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream') === true;
      if (!response.body || !isStream) {
        throw new ApiError('The reply is not a stream of events.', { code: 'bad_reply', status: response.status });
      }
      handlers.onState?.({ phase: 'open' });
      const parser = new EventParser(onEvent);
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) throw new ApiError('The server ended the stream.', { code: 'network', status: 0 });
        clearTimeout(timer);
        timer = setTimeout(end, silenceMs);
        parser.push(decoder.decode(value, { stream: true }));
      }
    } finally {
      clearTimeout(timer);
      closed.signal.removeEventListener('abort', end);
      attempt.abort();
    }
  };

  const run = async () => {
    while (!closed.signal.aborted) {
      try {
        await connect();
      } catch (cause) {
        if (closed.signal.aborted) break;
        const error = isApiError(cause)
          ? cause
          : new ApiError('The stream of events broke.', { code: 'network', status: 0, cause });
        if (final.has(error.status)) {
          handlers.onState?.({ phase: 'closed', error });
          return;
        }
        const retryInMs = Math.max(backoffMs(failures, 1_000, longestDelayMs), error.retryAfterMs ?? 0);
        failures += 1;
        handlers.onState?.({ phase: 'waiting', error, retryInMs });
        await wait(retryInMs, closed.signal).catch(() => undefined);
      }
    }
    handlers.onState?.({ phase: 'closed' });
  };
  void run();

  return {
    get lastEventId() {
      return lastEventId;
    },
    close: () => closed.abort(),
  };
}

function isPublished(name: string): name is PublishedTopic {
  return name !== 'snapshot' && eventTopics.includes(name as EventTopic);
}
