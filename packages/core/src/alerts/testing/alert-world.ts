import { evaluateHealth, type QueueObservation } from '../../health/evaluate-health.js';
import { calm, emptyQueue } from '../../health/testing/calm-queue.js';
import { defaultThresholds, type Thresholds } from '../../health/thresholds.js';
import type { FiringAlert, ResolvedAlert } from '../alert.js';
import { type AlertChange, type AlertTimers, evaluateAlerts, noTimers } from '../evaluate-alerts.js';
import type { Silence } from '../silences.js';

/** A queue with that many waiting; `null`: it could not be read. */
export function waiting(count: number | null): QueueObservation {
  if (count === null) return { ...calm, state: null, unreadableBecause: 'no answer' };
  return { ...calm, state: { ...emptyQueue, waiting: count } };
}

/** Ticks of 5 s over what a test says of its queues; keeps what fires as the store would. */
export class AlertWorld {
  nowMs = 1_000_000;
  timers: AlertTimers = noTimers;
  firing: readonly FiringAlert[] = [];
  readonly resolved: ResolvedAlert[] = [];
  silences: Silence[] = [];
  stamp = 0;
  #ids = 0;

  constructor(
    readonly thresholds: Thresholds = { ...defaultThresholds, alertAfterMs: 20_000, resolveAfterMs: 30_000 },
  ) {}

  tick(queues: Readonly<Record<string, QueueObservation>>, advanceMs = 5_000): readonly AlertChange[] {
    this.nowMs += advanceMs;
    this.stamp += 1;
    const plan = evaluateAlerts({
      timers: this.timers,
      firing: this.firing,
      queues: Object.entries(queues).map(([queueName, observation]) => ({
        queueName,
        observation,
        thresholds: this.thresholds,
        issues: evaluateHealth(observation, this.thresholds).issues,
      })),
      silences: this.silences,
      nowMs: this.nowMs,
      longestStepMs: 10_000,
      stamp: this.stamp,
      newId: () => {
        this.#ids += 1;
        return `a${this.#ids}`;
      },
    });
    this.timers = plan.timers;
    this.firing = plan.firing;
    for (const change of plan.changes) if (change.kind === 'resolve') this.resolved.push(change.alert);
    return plan.changes;
  }

  /** Another leader takes over: it has what is stored, and no timers. */
  changeLeader(): void {
    this.timers = noTimers;
  }

  silence(untilMs: number, scope: Partial<Silence> = {}): void {
    const silence = { id: 's1', queueName: null, kind: null, why: 'deploy', by: 'ada', createdAtMs: this.nowMs };
    this.silences.push({ ...silence, fromMs: this.nowMs, untilMs, ...scope });
  }

  acknowledge(by: string): void {
    this.firing = this.firing.map((alert) => ({ ...alert, acknowledged: { by, atMs: this.nowMs } }));
  }
}
