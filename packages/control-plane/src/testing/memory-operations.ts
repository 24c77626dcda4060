import type { JobSelection, QueueOperations, SliceRequest } from '@drover/core';

export interface MemoryJob {
  readonly id: string;
  state: 'completed' | 'failed' | 'delayed' | 'waiting' | 'active';
  readonly restsSinceMs: number;
  /** Makes a retry of it fail with this reason. */
  readonly broken?: string;
}

/** Queues with jobs in memory: what a retried job becomes is in the open, and each call can be answered first. */
export class MemoryOperations implements QueueOperations {
  readonly jobs = new Map<string, MemoryJob[]>();
  readonly paused = new Set<string>();
  /** Runs before each slice: to fail it, to delete a queue under it, to hold it. */
  beforeSlice: (queueName: string) => void | Promise<void> = () => undefined;
  readonly slices: { readonly queueName: string; readonly limit: number }[] = [];

  constructor(private readonly answer: <T>(name: string, act: () => T) => Promise<T>) {}

  knows(queueName: string): Promise<boolean> {
    return this.answer('operations.knows', () => this.jobs.has(queueName) || this.paused.has(queueName));
  }

  setPaused(queueName: string, paused: boolean): Promise<boolean> {
    return this.answer('operations.setPaused', () => {
      const before = this.paused.has(queueName);
      if (paused) this.paused.add(queueName);
      else this.paused.delete(queueName);
      return before;
    });
  }

  count(selection: JobSelection): Promise<number> {
    return this.answer('operations.count', () => this.matching(selection).length);
  }

  async clean(selection: JobSelection, request: SliceRequest) {
    const { queueName } = selection;
    await this.beforeSlice(queueName);
    return this.answer('operations.clean', () => {
      this.slices.push({ queueName, limit: request.limit });
      const picked = this.matching(selection).slice(0, request.limit);
      const kept = (this.jobs.get(queueName) ?? []).filter((job) => !picked.includes(job));
      if (this.jobs.has(queueName)) this.jobs.set(queueName, kept);
      return { removed: picked.length, next: picked.length < request.limit ? null : 'on' };
    });
  }

  async retryFailed(queueName: string, untilMs: number, { limit, after }: SliceRequest) {
    await this.beforeSlice(queueName);
    return this.answer('operations.retryFailed', () => {
      this.slices.push({ queueName, limit });
      const failed = this.matching({ queueName, state: 'failed', untilMs });
      const start = after === null ? 0 : failed.findIndex(({ id }) => id > after);
      const picked = start === -1 ? [] : failed.slice(start, start + limit);
      for (const job of picked) if (job.broken === undefined) job.state = 'waiting';
      const failures = picked.flatMap(({ id, broken }) =>
        broken === undefined ? [] : [{ jobId: id, reason: broken }],
      );
      const next = picked.length < limit ? null : (picked.at(-1)?.id ?? null);
      return { retried: picked.length - failures.length, failures, next };
    });
  }

  private matching({ queueName, state, untilMs }: JobSelection): MemoryJob[] {
    const found = (this.jobs.get(queueName) ?? []).filter(
      (job) => job.state === state && job.restsSinceMs <= untilMs && (state !== 'active' || job.id.startsWith('stale')),
    );
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
