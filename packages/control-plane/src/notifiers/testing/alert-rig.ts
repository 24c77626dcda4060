import {
  defaultThresholds,
  evaluateHealth,
  type Fence,
  type ObservedQueue,
  type QueueObservation,
  type RecordStore,
  type Silence,
} from '@drover/core';
import { pino } from 'pino';
import { emptyState } from '../../testing/memory-engine.js';
import { AlertWatch } from '../../use-cases/alerts/alert-watch.js';
import { NotificationDuty } from '../notification-duty.js';
import { type Delivery, DeliveryFailed, type Notifier } from '../notifier.js';

/** 20 s to fire, 30 s to resolve; limits of the defaults: 1,000 and 5,000 waiting. */
const thresholds = { ...defaultThresholds, alertAfterMs: 20_000, resolveAfterMs: 30_000 };

/** A queue with that many waiting and nothing else to say. */
export function queueWith(queueName: string, waiting: number): ObservedQueue {
  const observation: QueueObservation = {
    state: { ...emptyState(queueName), waiting },
    unreadableBecause: null,
    finished: 0,
    errorRate: 0,
    timeoutRate: 0,
    p95ProcessingMs: null,
    stalled: 0,
    workers: { ready: 1, starting: 0, draining: 0, desired: 1, ours: true },
    memoryPercent: null,
    crashLoop: null,
    rateLimitedPercent: 0,
    missedSchedules: [],
  };
  return { queueName, thresholds, observation, issues: evaluateHealth(observation, thresholds).issues };
}

/** A notifier that a test breaks, holds up and reads. */
export class FakeNotifier implements Notifier {
  readonly kind = 'webhook';
  readonly received: Delivery[] = [];
  attempts = 0;
  /** Set to make it fail. */
  failure: DeliveryFailed | null = null;
  /** Set to make it take the message and fail to say so. */
  mute = false;
  #held: Promise<void> | null = null;
  #release: (() => void) | null = null;

  constructor(readonly name: string) {}

  async send(delivery: Delivery): Promise<void> {
    this.attempts += 1;
    if (this.#held) await this.#held;
    if (this.failure) throw this.failure;
    this.received.push(delivery);
    if (this.mute) throw new DeliveryFailed('It did not answer.', { mayHaveArrived: true });
  }

  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release?.();
    this.#held = null;
  }

  /** What was told, a line per message. */
  told(): string[] {
    return this.received.map(({ message }) =>
      message.notices.map(({ event, alert }) => `${event} ${alert.queueName} ${alert.severity}`).join(', '),
    );
  }
}

/** One clock for several leaders. */
export class TestTime {
  ms = Date.UTC(2026, 10, 23, 12, 0, 0);
  nowMs = (): number => this.ms;
}

/** One control plane's alerts, ticked by hand every 5 s. */
export class AlertRig {
  readonly watch: AlertWatch;
  readonly duty: NotificationDuty;
  readonly events: { topic: string; type: string }[] = [];
  silences: Silence[] = [];
  #time: TestTime;

  constructor(
    readonly records: RecordStore,
    time: TestTime,
    readonly notifiers: readonly FakeNotifier[] = [],
  ) {
    this.#time = time;
    const log = pino({ level: 'silent' });
    this.watch = new AlertWatch({
      records,
      silences: () => this.silences,
      topics: { publish: (topic, { type }) => void this.events.push({ topic, type }) },
      log,
      tickMs: 5_000,
      notifiers: notifiers.map(({ name }) => name),
    });
    this.duty = new NotificationDuty({
      records,
      alerts: this.watch,
      notifiers,
      routes: [{ notifiers: notifiers.map(({ name }) => name) }],
      timing: { groupWaitMs: 10_000, groupIntervalMs: 60_000, repeatAfterMs: 3_600_000 },
      nowMs: time.nowMs,
      log,
      random: () => 0.5,
    });
  }

  /** As many ticks, each with those waiting; sends are awaited unless `settle` is false. */
  async tick(ticks: number, counts: Readonly<Record<string, number>>, fence: Fence, settle = true): Promise<void> {
    const queues = Object.entries(counts).map(([name, waiting]) => queueWith(name, waiting));
    for (let index = 0; index < ticks; index++) {
      this.#time.ms += 5_000;
      await this.watch.watch(queues, this.#time.ms, fence);
      await this.duty.run({ nowMs: this.#time.ms, fence });
      if (settle) await this.duty.idle();
    }
  }
}
