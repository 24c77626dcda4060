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
/** Stamps follow the clock. */
const KEEP_UP_MS = 3_600_000;
/** What has not arrived by then is sent again by the next leader, under the same id. */
const STOP_PATIENCE_MS = 10_000;
/** A next attempt further away than any delay is one that a clock which jumped has written. */
const LONGEST_DELAY_MS = 3_600_000;

/**
 * Tells notifiers of alerts. A message is stored, together with how far its notifier then is,
 * before it is sent, and stays until it has arrived; what happens meanwhile goes into the next
 * one. So an outage on either side loses nothing, and nothing is told twice; only when this
 * process ends between the receiver's answer and our note of it is a message sent again,
 * under the same id.
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
      const outgoing = { id: (this.#options.newId ?? randomUUID)(), message };
      state = {
        ...state,
        outgoing,
        toldStamp: standing.stamp,
        lastMessageAtMs: nowMs,
        failedAttempts: 0,
        nextAttemptAtMs: nowMs,
      };
      version = await this.#store(name, state, version, fence);
    }
    if (state.outgoing === null) return;
    const waitMs = state.nextAttemptAtMs - nowMs;
    if (waitMs > 0 && waitMs <= LONGEST_DELAY_MS) return;
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
      await withDeadline(notifier.send({ ...outgoing, test: false }));
      this.#arrived.set(name, { id: outgoing.id, atMs: nowMs() });
      after = afterSuccess(state, nowMs());
    } catch (error) {
      const failed = error instanceof DeliveryFailed ? error : new DeliveryFailed('It failed.', { cause: error });
      const failedAttempts = state.failedAttempts + 1;
      const delayMs = retryDelayMs(failedAttempts, random(), failed.retryAfterMs);
      after = {
        ...state,
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
    timer = setTimeout(() => reject(new DeliveryFailed('It took too long.')), SEND_DEADLINE_MS);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
