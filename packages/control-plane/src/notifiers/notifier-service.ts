import { randomUUID } from 'node:crypto';
import type { AlertNotifier, AlertNotifierRoute, TestAlertNotifierResponse } from '@drover/contract';
import { type AlertMessage, type AlertRoute, type Clock, Fault, pendingNotices, type RecordStore } from '@drover/core';
import {
  loadFiring,
  loadNotifiers,
  loadResolvedAfter,
  type NotifierState,
  newNotifierState,
} from '../use-cases/alerts/alert-records.js';
import { DeliveryFailed, type Notifier } from './notifier.js';

export interface NotifierServiceOptions {
  readonly records: RecordStore;
  readonly notifiers: readonly Notifier[];
  readonly routes: readonly AlertRoute[];
  readonly clock: Clock;
}

/** Tests send real messages to real people: not more often than this to one notifier. */
const TEST_EVERY_MS = 5_000;

/** What an admin sees of notifiers, at any replica. */
export class NotifierService {
  readonly #options: NotifierServiceOptions;
  readonly #testedAtMs = new Map<string, number>();

  constructor(options: NotifierServiceOptions) {
    this.#options = options;
  }

  async list(): Promise<AlertNotifier[]> {
    const { records, notifiers, routes } = this.#options;
    if (notifiers.length === 0) return [];
    const states = await loadNotifiers<AlertMessage>(records);
    const told = notifiers.map(({ name }) => states.get(name)?.value.toldStamp ?? 0);
    const [firing, resolved] = await Promise.all([
      loadFiring(records),
      // One that was never told of anything has no end of anything to hear of.
      loadResolvedAfter(records, Math.min(...told.map((stamp) => (stamp === 0 ? Number.MAX_VALUE : stamp)))),
    ]);
    return notifiers.map(({ name, kind }) => {
      const progress = states.get(name)?.value ?? newNotifierState;
      const scope = { notifier: name, routes, progress, firing: firing.map(({ value }) => value), resolved };
      const pending = pendingNotices(scope).length;
      return { name, kind, pending, ...standingOf(progress), routes: routesTo(name, routes) };
    });
  }

  /** Sends a test from this replica, whatever the routes say. Faults: `not_found`, `rate_limited`. */
  async test(name: string): Promise<TestAlertNotifierResponse> {
    const { notifiers, clock } = this.#options;
    const notifier = notifiers.find((candidate) => candidate.name === name);
    if (!notifier) throw new Fault('not_found', `There is no notifier named "${name}" in the configuration.`);
    const startedAtMs = clock.monotonicMs();
    const waitMs = (this.#testedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) + TEST_EVERY_MS - startedAtMs;
    if (waitMs > 0) {
      throw new Fault('rate_limited', `"${name}" was tested a moment ago.`, { retryAfterMs: waitMs });
    }
    this.#testedAtMs.set(name, startedAtMs);
    const message: AlertMessage = {
      atMs: clock.nowMs(),
      notices: [],
      counts: { fired: 0, raised: 0, resolved: 0, firing: 0, critical: 0 },
      omitted: 0,
    };
    try {
      await notifier.send({ id: randomUUID(), message, repeat: false, test: true });
      return { success: true, notifier: name, delivered: true, durationMs: clock.monotonicMs() - startedAtMs };
    } catch (error) {
      if (!(error instanceof DeliveryFailed)) throw error;
      const durationMs = clock.monotonicMs() - startedAtMs;
      return { success: true, notifier: name, delivered: false, durationMs, error: error.message };
    }
  }
}

/** The routes that lead to a notifier. Without any, all alerts go to everybody. */
export function routesTo(name: string, routes: readonly AlertRoute[]): AlertNotifierRoute[] {
  if (routes.length === 0) return [{}];
  return routes.flatMap(({ severity, queues, kinds, notifiers }, index) => {
    if (!notifiers.includes(name)) return [];
    const afterOthers = routes.slice(0, index).some((earlier) => !earlier.continue);
    return [
      {
        ...(severity && { severity }),
        ...(queues && { queues: [...queues] }),
        ...(kinds && { kinds: [...kinds] }),
        ...(afterOthers && { afterOthers }),
      },
    ];
  });
}

function standingOf(state: NotifierState<AlertMessage>): Omit<AlertNotifier, 'name' | 'kind' | 'pending' | 'routes'> {
  const { outgoing, failedAttempts, lastSuccessAtMs, lastFailureAtMs, lastError, nextAttemptAtMs } = state;
  const isFailing = outgoing !== null && failedAttempts > 0;
  return {
    sending: outgoing !== null,
    failedAttempts,
    ...(lastSuccessAtMs !== null && { lastSuccessAt: new Date(lastSuccessAtMs) }),
    ...(lastFailureAtMs !== null && { lastFailureAt: new Date(lastFailureAtMs) }),
    ...(lastError !== null && { lastError }),
    ...(isFailing && { nextAttemptAt: new Date(nextAttemptAtMs) }),
  };
}
