import { type memoryRoutes, type monitoringRoutes, roleIncludes } from '@drover/contract';
import { Fault } from '@drover/core';
import { historyWindow } from '../../use-cases/history-window.js';
import type { Reads } from '../../use-cases/reads.js';
import { sendBody } from '../cached-body.js';
import { jsonReply } from '../error-reply.js';
import type { EventHub } from '../event-hub.js';
import { streamSink } from '../event-sink.js';
import { securityHeaders } from '../security-headers.js';
import type { ServedSnapshot, SnapshotFeed, SnapshotRoute } from '../served-snapshot.js';
import { TickMemo } from '../tick-memo.js';
import { currentFigures, MIN_STALE_MS, queueOf } from './current-figures.js';
import type { HandlersOf, RouteContext } from './route-context.js';

export interface MonitoringHandlerOptions {
  readonly reads: Reads;
  readonly feed: SnapshotFeed;
  readonly hub: EventHub;
  readonly nowMs: () => number;
}

const READ_DEADLINE_MS = 10_000;
const DEFAULT_TRENDS_MS = 3_600_000;

/** What is read of the herd: from the snapshot in memory, and from history once per tick. */
export function createMonitoringHandlers({
  reads,
  feed,
  hub,
  nowMs,
}: MonitoringHandlerOptions): HandlersOf<
  typeof monitoringRoutes & Pick<typeof memoryRoutes, 'getWorkerMemory' | 'getCurrentMemory'>
> {
  const memo = new TickMemo(nowMs, MIN_STALE_MS);
  const { served, ageHeaders } = currentFigures({ feed, nowMs });

  const part =
    (route: SnapshotRoute) =>
    (_input: unknown, { request }: RouteContext) => {
      const current = served();
      return sendBody(request, current.body(route), ageHeaders(current));
    };

  const fromEngine = async (
    current: ServedSnapshot,
    context: RouteContext,
    key: unknown[],
    read: () => Promise<unknown>,
  ) => {
    const text = JSON.stringify([context.match.name, ...key]);
    const body = memo.get(current, text, () => withDeadline(read(), READ_DEADLINE_MS));
    return sendBody(context.request, await body, ageHeaders(current));
  };

  return {
    getSystemHealth: part('getSystemHealth'),
    getDashboardSummary: part('getDashboardSummary'),
    getQueuesHealth: part('getQueuesHealth'),
    getWorkerMemory: part('getWorkerMemory'),
    getCurrentMemory: part('getCurrentMemory'),

    getStatus: () => jsonReply(reads.status()),

    getTrends({ query: { rangeMs = DEFAULT_TRENDS_MS } }, context) {
      return fromEngine(served(), context, [rangeMs], () => reads.trends(rangeMs));
    },

    getQueueMetrics({ query }, context) {
      const current = served();
      const { queueName, metrics } = queueOf(current, context.match);
      const { history, historyLimit, since, until, stepMs } = query;
      const wantsHistory = history ?? [historyLimit, since, until, stepMs].some((value) => value !== undefined);
      if (!wantsHistory) return fromEngine(current, context, [queueName], async () => ({ current: metrics }));
      const range = historyWindow(
        { limit: historyLimit, sinceMs: since?.getTime(), untilMs: until?.getTime(), stepMs },
        nowMs(),
      );
      return fromEngine(current, context, [queueName, range], async () => {
        const found = await reads.history(queueName, range);
        return { current: metrics, history: found.entries, stepMs: found.stepMs };
      });
    },

    getExecutionStats(_input, context) {
      const current = served();
      const { queueName } = queueOf(current, context.match);
      return fromEngine(current, context, [queueName], () => reads.executionStats(queueName));
    },

    openEvents({ query }, { request, connection, secure, identity, isCurrent }) {
      const { topics = ['snapshot'] } = query;
      if (topics.includes('snapshot')) served();
      if (topics.includes('audit') && !roleIncludes(identity.role, 'admin')) {
        throw new Fault('forbidden', `The topic audit needs the role admin; you have ${identity.role}.`, {
          details: { requiredRole: 'admin', role: identity.role },
        });
      }
      if (hub.isFull) throw new Fault('rate_limited', 'Too many open event streams.', { retryAfterMs: 10_000 });
      const headers = {
        'Content-Type': 'text/event-stream; charset=utf-8',
        // no-transform: a proxy that compresses would hold events back until its buffer is full.
        'Cache-Control': 'no-store, no-transform',
        'X-Accel-Buffering': 'no',
        ...securityHeaders(secure),
      };
      if (request.method === 'HEAD') return new Response(null, { headers });
      const lastEventId = request.headers.get('last-event-id') ?? query.lastEventId;
      const opened = connection.openStream?.(headers);
      const stream = opened ? undefined : streamSink();
      const sink = opened?.sink ?? stream?.sink;
      if (sink) hub.add({ sink, actor: identity.actor, isCurrent, topics, lastEventId });
      return opened?.response ?? new Response(stream?.body ?? null, { headers });
    },
  };
}

/** An engine that hangs must not hang every caller with it. */
async function withDeadline<T>(work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Fault('engine_timeout', 'The engine took too long to answer. Try again, or ask for less.'));
    }, deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
