import {
  addSlice,
  type Clock,
  Fault,
  type Fence,
  finish,
  isFault,
  isJobOperation,
  isOpen,
  leftOf,
  type Operation,
  type QueueOperations,
  takeUp,
  totalOf,
  totalsOf,
  uncountedOf,
  updatePart,
} from '@drover/core';
import { rest } from '../../monitor/rest.js';
import type { JobTargets } from './job-targets.js';
import type { OperationInHand } from './operation-in-hand.js';
import type { HeldOperation, OperationStore } from './operation-store.js';
import { isPassing } from './passing-faults.js';
import { runCanary } from './run-canary.js';
import { runJobPart } from './run-job-part.js';
import type { SliceGate } from './slice-gate.js';
import { cleaning, retrying, type SliceOutcome, walkJobs } from './walk-jobs.js';

export interface OperationRunOptions {
  readonly store: OperationStore;
  readonly operations: QueueOperations;
  readonly targets: JobTargets;
  readonly gate: SliceGate;
  readonly clock: Clock;
  readonly instanceId: string;
  /** The lease that only one control plane holds; `null` while it is not known to be ours. */
  readonly fence: () => Fence | null;
  /** Aborts when this control plane stops or has lost the lease. */
  readonly signal: AbortSignal;
  readonly onPaused: (queueName: string, paused: boolean) => void;
  /** Parts of rest to one part of work; `REST_PER_WORK` unless told. */
  readonly restPerWork?: number;
  /** Told of every state and, now and then, of progress. */
  readonly onChange: (held: HeldOperation) => void;
}

/** How often the record follows the work: what a crash can lose of the counts, and a cancel waits for. */
const SAVE_EVERY_MS = 500;
const AWAY_RETRY_MS = 1_000;

/** Another control plane has this operation now, or its record is gone: nothing more of it is ours to do. */
class Lost extends Error {}

/** One operation, worked on by this control plane until it is finished, or no longer ours. */
export class OperationRun {
  readonly #options: OperationRunOptions;
  #held: HeldOperation;
  #operation: Operation;
  #savedMs: number;

  constructor(held: HeldOperation, options: OperationRunOptions) {
    this.#options = options;
    this.#held = held;
    this.#operation = held.operation;
    this.#savedMs = options.clock.monotonicMs();
  }

  /** Resolves with the operation as it was left: finished, or for somebody else to go on with. */
  async run(): Promise<HeldOperation> {
    const { clock, instanceId, signal } = this.#options;
    try {
      const resumed = this.#operation.state === 'running';
      this.#operation = takeUp(this.#operation, instanceId, clock.nowMs());
      await this.#save();
      if (!isOpen(this.#operation)) return this.#held;
      if (this.#operation.canary !== undefined) await this.#tryFirst();
      for (const index of this.#operation.queues.keys()) {
        if (this.#operation.cancel !== undefined || signal.aborted) break;
        if (this.#operation.canary && this.#operation.canary.state !== 'passed') break;
        await this.#runPart(index, resumed);
      }
      // Left to whoever comes next, and no takeover: this control plane stops in order.
      this.#operation = signal.aborted
        ? { ...this.#operation, state: 'queued' }
        : finish(this.#operation, clock.nowMs());
      await this.#save();
    } catch (error) {
      if (!(error instanceof Lost)) throw error;
    }
    return this.#held;
  }

  async #tryFirst(): Promise<void> {
    try {
      await runCanary(this.#inHand());
    } catch (error) {
      const { canary } = this.#operation;
      if (!(error instanceof Fault) || canary === undefined) throw error;
      const stopped = { ...canary, state: 'stopped', reason: error.message.slice(0, 500) } as const;
      this.#operation = { ...this.#operation, canary: stopped };
    }
  }

  async #runPart(index: number, resumed: boolean): Promise<void> {
    const part = this.#part(index);
    if (part.state === 'done' || part.state === 'failed') return;
    this.#operation = updatePart(this.#operation, index, { state: 'running' });
    try {
      const { kind } = this.#operation;
      const isSwitch = kind === 'pause' || kind === 'resume';
      if (isJobOperation(kind)) await runJobPart(this.#inHand(), index);
      else await (isSwitch ? this.#switch(index) : this.#walk(index, resumed));
    } catch (error) {
      if (error instanceof Lost || !(error instanceof Fault)) throw error;
      this.#operation = updatePart(this.#operation, index, { state: 'failed', message: error.message.slice(0, 500) });
    }
    await this.#checkpoint();
  }

  async #switch(index: number): Promise<void> {
    const { operations, onPaused } = this.#options;
    const { queueName } = this.#part(index);
    const paused = this.#operation.kind === 'pause';
    const before = await this.#patiently(async () => {
      if (!(await operations.knows(queueName))) throw new Fault('not_found', 'The queue no longer exists.');
      return operations.setPaused(queueName, paused);
    });
    if (before === undefined) return;
    onPaused(queueName, paused);
    // Done once more after a lost answer, it would tell its own doing as what was before.
    const wasPaused = this.#part(index).wasPaused ?? before;
    this.#operation = updatePart(this.#operation, index, { state: 'done', done: 1, matched: 1, wasPaused });
  }

  async #walk(index: number, resumed: boolean): Promise<void> {
    const { operations, gate, clock, signal, restPerWork } = this.#options;
    const { untilMs, options } = this.#operation;
    const { queueName } = this.#part(index);
    const state = this.#operation.kind === 'clean' ? (options.status ?? 'failed') : 'failed';
    const count = () => operations.count({ queueName, state, untilMs });
    if (this.#part(index).matched === null) {
      const matched = await this.#patiently(count);
      if (matched === undefined) return;
      this.#operation = updatePart(this.#operation, index, { matched });
    }
    const work =
      this.#operation.kind === 'clean'
        ? cleaning(operations, { queueName, state, untilMs })
        : retrying(operations, queueName, untilMs);
    /** Whether changes may be missing in the counts: the record follows the work, it does not lead it. */
    let doubtful = resumed;
    let ended = false;
    while (!ended && !signal.aborted && this.#operation.cancel === undefined) {
      await this.#patiently(async () => {
        if (doubtful) this.#addUncounted(index, await count());
        doubtful = true;
        await walkJobs({
          ...{ gate, clock, signal },
          work: async (request) => {
            this.#requireLease();
            return work(request);
          },
          limit: leftOf(this.#operation, this.#part(index)),
          after: this.#part(index).after,
          onSlice: (slice) => this.#onSlice(index, slice),
          ...(restPerWork !== undefined && { restPerWork }),
        });
        doubtful = false;
        ended = true;
      });
    }
    if (signal.aborted || this.#operation.cancel !== undefined) return;
    this.#operation = updatePart(this.#operation, index, { state: 'done', ...this.#missing(index) });
  }

  async #onSlice(index: number, slice: SliceOutcome): Promise<boolean> {
    this.#operation = addSlice(this.#operation, index, slice);
    await this.#checkpoint();
    return this.#operation.cancel === undefined;
  }

  #addUncounted(index: number, remaining: number): void {
    const uncounted = uncountedOf(this.#part(index), remaining);
    this.#operation = updatePart(this.#operation, index, { uncounted });
  }

  #missing(index: number): { message?: string } {
    const part = this.#part(index);
    const missing = totalOf(this.#operation, part) - part.done - part.failed - part.uncounted;
    return missing > 0
      ? { message: `${missing} jobs were gone, or no longer in that state, when their turn came.` }
      : {};
  }

  #part(index: number) {
    const part = this.#operation.queues[index];
    if (part === undefined) throw new Error(`the operation has no queue ${index}`);
    return part;
  }

  #inHand(): OperationInHand {
    const { targets, gate, clock, signal, restPerWork } = this.#options;
    return {
      ...{ targets, gate, clock, signal, restPerWork },
      current: () => this.#operation,
      change: (next) => {
        this.#operation = next;
      },
      save: () => this.#save(),
      checkpoint: () => this.#checkpoint(),
      requireLease: () => void this.#requireLease(),
      patiently: (work) => this.#patiently(work),
    };
  }

  #requireLease(): Fence {
    const fence = this.#options.fence();
    if (fence === null) throw new Fault('engine_unavailable', 'The lease for operations is not renewed yet.');
    return fence;
  }

  /** Tries again until the engine is there; `undefined` when this control plane stops before. */
  async #patiently<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (isFault(error, 'fenced')) throw new Lost();
        if (!isPassing(error)) throw error;
        await rest(AWAY_RETRY_MS, signal);
      }
    }
    return undefined;
  }

  async #checkpoint(): Promise<void> {
    if (this.#options.clock.monotonicMs() - this.#savedMs >= SAVE_EVERY_MS) await this.#save();
  }

  async #save(): Promise<void> {
    const { store, clock, onChange, signal } = this.#options;
    const write = async () => {
      // The last words of a control plane that stops are written under the lease it still holds.
      const fence = this.#requireLease();
      for (;;) {
        const saved = await store.save(this.#held, this.#operation, fence);
        if (saved !== null) return saved;
        await this.#adopt();
      }
    };
    const saved = signal.aborted ? await write().catch(() => undefined) : await this.#patiently(write);
    this.#savedMs = clock.monotonicMs();
    if (saved === undefined) return;
    this.#held = saved;
    onChange(saved);
  }

  /** Somebody wrote the record: a cancel, or an earlier write of ours whose answer was lost. */
  async #adopt(): Promise<void> {
    const current = await this.#options.store.get(this.#held.id);
    if (current === null) {
      await this.#options.store.drop(this.#held.id);
      throw new Lost();
    }
    const { cancel, runBy } = current.operation;
    const isOurs = runBy === this.#options.instanceId || runBy === this.#held.operation.runBy;
    if (!isOurs || (!isOpen(current.operation) && isOpen(this.#operation))) throw new Lost();
    this.#held = current;
    if (cancel !== undefined) this.#operation = { ...this.#operation, cancel };
  }
}

/** One line for the audit log and the live topic. */
export function outcomeOf(operation: Operation) {
  const { total, done, failed, uncounted } = totalsOf(operation);
  return { state: operation.state, total, done, failed, ...(uncounted > 0 && { uncounted }) };
}
