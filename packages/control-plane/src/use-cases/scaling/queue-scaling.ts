import {
  bucketBounds,
  type Histogram,
  type MetricPoint,
  type QueueInterval,
  type QueueState,
  ScalingMemory,
  type ScalingSample,
  type ScalingVerdict,
  type SupervisedQueueStatus,
  type WorkerReport,
} from '@drover/core';

/** A change of the count that was told and is not verified yet. */
export interface PendingStep {
  /** Of its entry in the history. */
  readonly id: string;
  readonly atMs: number;
  readonly from: number;
  readonly to: number;
}

/** What outlives leaders of one queue, written together with each entry of its history. */
export interface StoredQueueScaling {
  /** The count as last told; the next entry starts from it. */
  readonly told: number;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly pending?: PendingStep;
  readonly refusal?: { readonly key: string; readonly atMs: number };
  /** The last steps, so that cooldowns and workers on their way are known: instant, from, to, enough. */
  readonly steps: readonly (readonly [atMs: number, from: number, to: number, enough: number])[];
  readonly startUpsMs: readonly number[];
  readonly workerMB?: number;
}

const STEPS = 8;
const START_UPS = 5;
/** Waiting jobs for each slot from which on none is idle between two looks. */
const CROWDED = 3;
/** Jobs that each slot must have ended between two looks. */
const SHORT = 4;
/** Where a machine or the engine is what everything waits for, more workers would only make it worse. */
const MOST_OVERHEAD = 4;
/** Growth that a worker gets on top of the most that one was seen to take. */
const HEADROOM = 1.25;
/** Of the largest seen, what is forgotten with each look: a queue of other jobs is other workers, hours later. */
const FADE = 0.9995;
/** A host looks at its assignment every second: half of that is part of each start. */
const HOST_LOOK_MS = 500;

/** What the leader remembers of one scaled queue between looks. */
export class QueueScaling {
  memory = new ScalingMemory();
  verdict: ScalingVerdict | null = null;
  pending: PendingStep | null = null;
  refusal: { readonly key: string; readonly atMs: number } | null = null;
  /** `null` before anything was told of the queue. */
  told: { readonly workers: number; readonly minWorkers: number; readonly maxWorkers: number } | null = null;
  /** Of the newest reading that succeeded. */
  readAtMs: number | null = null;
  #waiting: number | null = null;
  #slots = 0;
  #steps: StoredQueueScaling['steps'] = [];
  readonly #startUpsMs: number[] = [];
  readonly #startUpByHost = new Map<string, number>();
  #workerMB: number | null = null;

  restore(stored: StoredQueueScaling): void {
    const { told, minWorkers, maxWorkers } = stored;
    this.told = { workers: told, minWorkers, maxWorkers };
    this.pending = stored.pending ?? null;
    this.refusal = stored.refusal ?? null;
    this.#steps = stored.steps;
    for (const [atMs, from, to, enough] of stored.steps) this.#push(atMs, from, to, enough);
    this.#startUpsMs.push(...stored.startUpsMs);
    this.#workerMB = stored.workerMB ?? null;
  }

  /** What happened before this leader, as the history of figures shows it. */
  refill(points: readonly MetricPoint[], spanMs: number): void {
    for (const { atMs, arrived, processing } of points) {
      if (arrived === null) continue;
      this.memory.pushSample({ atMs: atMs + spanMs, spanMs, arrivals: arrived, ...servedIn(processing) });
    }
  }

  /** The last leader's last look: what came since then arrives with this one's first. */
  goOnFrom(waiting: number, atMs: number): void {
    this.#waiting = waiting;
    this.readAtMs = atMs;
  }

  stored(): StoredQueueScaling {
    const { workers = 0, minWorkers = 0, maxWorkers = 0 } = this.told ?? {};
    return {
      told: workers,
      minWorkers,
      maxWorkers,
      ...(this.pending && { pending: this.pending }),
      ...(this.refusal && { refusal: this.refusal }),
      steps: this.#steps,
      startUpsMs: [...this.#startUpsMs],
      ...(this.#workerMB !== null && { workerMB: Math.round(this.#workerMB) }),
    };
  }

  /**
   * Takes a look in: what came since the last one, and what was done; `slots` is how many jobs
   * the ready workers can run at a time. Nothing of a queue that could not be read.
   */
  look(state: QueueState | null, interval: QueueInterval | undefined, slots: number, nowMs: number): void {
    if (state === null) return;
    // A clock that was set back would leave out every sample until it is where it was.
    if (this.readAtMs !== null && nowMs < this.readAtMs) this.#forget();
    const spanMs = nowMs - (this.readAtMs ?? nowMs);
    if (this.#waiting !== null && spanMs > 0) {
      // What left the waiting jobs was started; what is left over came in.
      const arrivals = Math.max(0, state.waiting - this.#waiting + (interval?.totals.started ?? 0));
      const taken = Math.min(slots, this.#slots);
      const crowded = !state.paused && taken > 0 && Math.min(state.waiting, this.#waiting) >= CROWDED * taken;
      const ran = servedIn(interval?.processing ?? null);
      // Jobs that began before the look and end after it would count with a wrong share of it.
      const isShort = ran.completions >= SHORT * taken;
      const served = crowded && isShort ? occupied(ran, taken * spanMs) : ran;
      this.memory.pushSample({ atMs: nowMs, spanMs, arrivals, ...served });
    }
    this.#waiting = state.waiting;
    this.#slots = slots;
    this.readAtMs = nowMs;
  }

  /** Takes in what hosts and workers tell of what a worker takes. */
  observe(
    statuses: readonly (readonly [hostId: string, status: SupervisedQueueStatus])[],
    reports: readonly WorkerReport[],
  ): void {
    for (const [hostId, { startUpMs }] of statuses) {
      if (startUpMs === null || this.#startUpByHost.get(hostId) === startUpMs) continue;
      this.#startUpByHost.set(hostId, startUpMs);
      this.#startUpsMs.push(startUpMs);
      if (this.#startUpsMs.length > START_UPS) this.#startUpsMs.shift();
    }
    const working = reports.filter(({ state }) => state === 'ready' || state === 'draining');
    if (working.length === 0) return;
    const most = Math.max(...working.map(({ memory }) => memory.rss)) * HEADROOM;
    this.#workerMB = Math.max(most, (this.#workerMB ?? 0) * FADE);
  }

  /** From asking for a worker to its readiness: the median of the last few. `null` before the first. */
  get startUpMs(): number | null {
    if (this.#startUpsMs.length === 0) return null;
    const sorted = [...this.#startUpsMs].sort((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0) + HOST_LOOK_MS;
  }

  /** What one worker is expected to take: as seen, and never more than its hard limit, which an unknown one may take. */
  workerMB(hardLimitMB: number): number {
    return Math.min(hardLimitMB, this.#workerMB ?? hardLimitMB);
  }

  /** Remembers an evaluation for the next ones. */
  decided(verdict: ScalingVerdict, nowMs: number): void {
    const { action, targetWorkers, currentWorkers, evidence } = verdict;
    this.memory.pushDecision({ atMs: nowMs, action, targetWorkers, currentWorkers, enough: evidence.enough });
    if (action === 'maintain') return;
    this.#steps = [...this.#steps, [nowMs, currentWorkers, targetWorkers, evidence.enough] as const].slice(-STEPS);
  }

  #forget(): void {
    this.memory = new ScalingMemory();
    this.readAtMs = null;
    this.#waiting = null;
  }

  #push(atMs: number, currentWorkers: number, targetWorkers: number, enough: number): void {
    const action = targetWorkers > currentWorkers ? 'scale_up' : 'scale_down';
    this.memory.pushDecision({ atMs, action, targetWorkers, currentWorkers, enough });
  }
}

type Served = Pick<ScalingSample, 'completions' | 'serviceMs' | 'serviceMsSquared'>;

/**
 * What jobs cost a worker beside their run: to be fetched and stored, and to wait for a busy
 * processor. It shows while more jobs stand in the queue than all slots can take: then no slot
 * is idle for want of a job, and the time of all of them went into what was done.
 */
function occupied(served: Served, slotMs: number): Served {
  const ratio = served.serviceMs > 0 ? Math.min(MOST_OVERHEAD, Math.max(1, slotMs / served.serviceMs)) : 1;
  const { completions, serviceMs, serviceMsSquared } = served;
  return { completions, serviceMs: serviceMs * ratio, serviceMsSquared: serviceMsSquared * ratio ** 2 };
}

/** Finished attempts and their run times; the squares from the histogram's buckets, 0.4 % wide. */
function servedIn(processing: Histogram | null): Served {
  if (processing === null) return { completions: 0, serviceMs: 0, serviceMsSquared: 0 };
  let squares = 0;
  for (const [bucket, count] of processing.counts) {
    const { fromMs, toMs } = bucketBounds(bucket, processing.bits);
    squares += count * ((fromMs + toMs) / 2) ** 2;
  }
  return { completions: processing.count, serviceMs: processing.sumMs, serviceMsSquared: squares };
}
