import { randomUUID } from 'node:crypto';
import {
  type AlertMessage,
  type AlertRoute,
  type Fence,
  isFault,
  type MessageTiming,
  pendingNotices,
  planMessage,
  type RecordStore,
} from '@drover/core';
import type { Logger } from 'pino';
import type { LeaderDuty, LeaderTick } from '../monitor/leader-duty.js';
import {
  loadNotifiers,
  type NotifierState,
  newNotifierState,
  putNotifier,
  type Stored,
} from '../use-cases/alerts/alert-records.js';
import type { AlertStanding, AlertWatch } from '../use-cases/alerts/alert-watch.js';
import { DeliveryFailed, type Notifier } from './notifier.js';
import { retryDelayMs } from './retry-delay.js';

export interface NotificationDutyOptions {
  readonly records: RecordStore;
  readonly alerts: Pick<AlertWatch, 'standing' | 'keepResolved'>;
  readonly notifiers: readonly Notifier[];
  readonly routes: readonly AlertRoute[];
  readonly timing: MessageTiming;
  readonly nowMs: () => number;
  readonly log: Logger;
  readonly newId?: () => string;
  /** 0 to 1. */
  readonly random?: () => number;
}

type State = NotifierState<AlertMessage>;

/** Longer than any notifier's own deadline: one that hangs all the same must not be waited for. */
const SEND_DEADLINE_MS = 60_000;
/** So long the attempt of somebody who is gone may still be under way: any notifier's own deadline is shorter. */
const ATTEMPT_MS = 30_000;
/** Stamps follow the clock. */
const KEEP_UP_MS = 3_600_000;
/** What has not arrived by then is sent again by the next leader, under the same id. */
const STOP_PATIENCE_MS = 10_000;
/** A next attempt further away than any delay is one that a clock which jumped has written. */
const LONGEST_DELAY_MS = 3_600_000;

/**
 * Tells notifiers of alerts. A message is stored, together with how far its notifier then is,
 * before it is sent, and stays until it has arrived; what happens meanwhile goes into the next
 * one. That an attempt begins is stored before it does. So an outage on either side loses
 * nothing; and when this process ends between the receiver's answer and our note of it, the
 * next leader knows: it waits until that attempt must be over, and sends the message again
 * under the same id, as a repeat.
 */
export class NotificationDuty implements LeaderDuty {
  readonly name = 'notify of alerts';
  readonly #options: NotificationDutyOptions;
  readonly #sending = new Map<string, Promise<void>>();
  /** Ids of messages that arrived, until that is stored. */
  readonly #arrived = new Map<string, { readonly id: string; readonly atMs: number }>();
  #stopped = false;

  constructor(options: NotificationDutyOptions) {
    this.#options = options;
  }

  async run({ nowMs, fence }: Pick<LeaderTick, 'nowMs' | 'fence'>): Promise<void> {
    const { records, notifiers, alerts } = this.#options;
    if (this.#stopped || notifiers.length === 0) return;
    const standing = alerts.standing();
    // Before reading: of one whose message arrives meanwhile, what is read may say that it has not.
    const busy = new Set(this.#sending.keys());
    const states = await loadNotifiers<AlertMessage>(records);
    const needed = new Set<string>();
    for (const notifier of notifiers) {
      const stored = states.get(notifier.name) ?? { value: newNotifierState, version: 0 };
      if (standing) for (const id of this.#stillToTell(notifier, stored.value, standing)) needed.add(id);
      if (!busy.has(notifier.name)) await this.#attend(notifier, stored, standing, nowMs, fence);
    }
    if (standing) alerts.keepResolved(needed);
  }

  /** Waits until nothing is being sent: for an orderly end, and for tests. */
  async idle(): Promise<void> {
    while (this.#sending.size > 0) await Promise.all(this.#sending.values());
  }

  /** Begins nothing more and waits a while for what is being sent. */
  async stop(): Promise<void> {
    this.#stopped = true;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_PATIENCE_MS);
    });
    await Promise.race([this.idle(), patience]);
    clearTimeout(timer);
  }

  #stillToTell({ name }: Notifier, progress: State, { firing, resolved }: AlertStanding): readonly string[] {
    const { routes } = this.#options;
    const pending = pendingNotices({ notifier: name, routes, progress, firing, resolved });
    return pending.filter(({ event }) => event === 'resolved').map(({ alert }) => alert.id);
  }

  async #attend(
    notifier: Notifier,
    stored: Stored<State>,
    standing: AlertStanding | null,
    nowMs: number,
    fence: Fence,
  ): Promise<void> {
    const { name } = notifier;
    let { value: state, version } = stored;
    const arrived = this.#arrived.get(name);
    if (arrived && state.outgoing?.id === arrived.id) {
      state = afterSuccess(state, arrived.atMs);
      version = await this.#store(name, state, version, fence);
    }
    this.#arrived.delete(name);
    if (state.outgoing === null && standing) {
      const message = this.#plan(name, state, standing, nowMs);
      if (message === null) {
        await this.#keepUp(name, { value: state, version }, standing, fence);
        return;
      }
      const id = (this.#options.newId ?? randomUUID)();
      state = {
        ...state,
        outgoing: { id, message, attemptingSinceMs: null, mayHaveArrived: false },
        toldStamp: standing.stamp,
        lastMessageAtMs: nowMs,
        failedAttempts: 0,
        nextAttemptAtMs: nowMs,
      };
    }
    const { outgoing } = state;
    if (outgoing === null) return;
    const waitMs = state.nextAttemptAtMs - nowMs;
    if (waitMs > 0 && waitMs <= LONGEST_DELAY_MS) return;
    const sinceMs = outgoing.attemptingSinceMs;
    // Not ours, or it would be among those being sent: a leader's before us.
    if (sinceMs !== null && Math.abs(nowMs - sinceMs) < ATTEMPT_MS) return;
    const mayHaveArrived = outgoing.mayHaveArrived || sinceMs !== null;
    state = { ...state, outgoing: { ...outgoing, attemptingSinceMs: nowMs, mayHaveArrived } };
    version = await this.#store(name, state, version, fence);
    const sending = this.#send(notifier, { value: state, version }, fence).finally(() => this.#sending.delete(name));
    this.#sending.set(name, sending);
  }

  /** A notifier with nothing to hear for long would have the next leader read through all that resolved since. */
  async #keepUp(name: string, { value, version }: Stored<State>, standing: AlertStanding, fence: Fence): Promise<void> {
    if (standing.stamp - value.toldStamp < KEEP_UP_MS) return;
    const { routes } = this.#options;
    if (pendingNotices({ notifier: name, routes, progress: value, ...standing }).length > 0) return;
    await this.#store(name, { ...value, toldStamp: standing.stamp }, version, fence);
  }

  #plan(name: string, progress: State, { firing, resolved }: AlertStanding, nowMs: number): AlertMessage | null {
    const { routes, timing } = this.#options;
    return planMessage({ notifier: name, routes, timing, progress, firing, resolved, nowMs });
  }

  /** Never rejects: it runs on while ticks go on. */
  async #send(notifier: Notifier, { value: state, version }: Stored<State>, fence: Fence): Promise<void> {
    const { nowMs, log, random = Math.random } = this.#options;
    const { name } = notifier;
    const { outgoing } = state;
    if (outgoing === null) return;
    let after: State;
    try {
      const { id, message, mayHaveArrived: repeat } = outgoing;
      await withDeadline(notifier.send({ id, message, repeat, test: false }));
      this.#arrived.set(name, { id: outgoing.id, atMs: nowMs() });
      after = afterSuccess(state, nowMs());
    } catch (error) {
      const failed = error instanceof DeliveryFailed ? error : new DeliveryFailed('It failed.', { cause: error });
      const failedAttempts = state.failedAttempts + 1;
      const delayMs = retryDelayMs(failedAttempts, random(), failed.retryAfterMs);
      after = {
        ...state,
        outgoing: {
          ...outgoing,
          attemptingSinceMs: null,
          mayHaveArrived: outgoing.mayHaveArrived || failed.mayHaveArrived,
        },
        failedAttempts,
        nextAttemptAtMs: nowMs() + delayMs,
        lastFailureAtMs: nowMs(),
        lastError: failed.message,
      };
      // The cause stays out of the log: it names the address, which may be the secret.
      log.warn({ notifier: name, reason: failed.message, failedAttempts, delayMs }, 'a notifier could not be reached');
    }
    try {
      await this.#store(name, after, version, fence);
      this.#arrived.delete(name);
    } catch (error) {
      // That it arrived is remembered here, and stored with the next tick; a failure is met again.
      if (!isFault(error, 'fenced'))
        log.warn({ err: error, notifier: name }, 'the outcome of a message could not be stored');
    }
  }

  async #store(name: string, state: State, version: number, fence: Fence): Promise<number> {
    const [stored] = await this.#options.records.write([putNotifier(name, state, version)], fence);
    return stored?.version ?? version + 1;
  }
}

function afterSuccess(state: State, atMs: number): State {
  return { ...state, outgoing: null, failedAttempts: 0, lastSuccessAtMs: atMs };
}

async function withDeadline(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DeliveryFailed('It took too long.', { mayHaveArrived: true })),
      SEND_DEADLINE_MS,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
