import { type Fence, type JobCrash, type JobGateway, type JobRef, WorkerLosses, type WorkerReport } from '@drover/core';
import type { Logger } from 'pino';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import type { QuarantineBook } from './quarantine-book.js';

const SYNC_EVERY_MS = 60_000;
/** As many jobs as one look takes; a worker holds fewer. */
const LOOK = 1_000;
const MOST_LOOKS = 10;

interface CrashedRun extends JobRef {
  readonly jobName: string;
  readonly startedAtMs: number;
}

export interface QuarantineDutyOptions {
  readonly jobs: Pick<JobGateway, 'walk' | 'find'>;
  readonly book: QuarantineBook;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Remembers the jobs that were active when their worker ended in disorder, and sets aside one
 * that was too often. A killed worker's jobs stay active until their locks lapse: by then a tick
 * has seen that it is silent.
 */
export class QuarantineDuty implements LeaderDuty {
  readonly name = 'quarantine';
  readonly #options: QuarantineDutyOptions;
  #losses = new WorkerLosses();
  #epoch: number | null = null;
  #syncedAtMs = Number.NEGATIVE_INFINITY;
  /** Not looked at yet: a look that failed is done again with the next tick. */
  readonly #lost: WorkerReport[] = [];
  /** Of each lost worker, for the case that it only hung. */
  readonly #noted = new Map<string, readonly CrashedRun[]>();

  constructor(options: QuarantineDutyOptions) {
    this.#options = options;
  }

  async run({ stored, reports, nowMs, fence }: LeaderTick): Promise<void> {
    if (this.#epoch !== fence.epoch) this.#begin(fence);
    const { lost, back } = this.#losses.look(stored, reports);
    this.#lost.push(...lost);
    for (const workerId of back) await this.#takeBack(workerId, fence);
    for (let next = this.#lost[0]; next !== undefined; next = this.#lost[0]) {
      await this.#remember(next, nowMs, fence);
      this.#lost.shift();
    }
    const present = new Set(stored.map(({ workerId }) => workerId));
    for (const workerId of this.#noted.keys()) if (!present.has(workerId)) this.#noted.delete(workerId);
    // Also when the clock went back.
    if (Math.abs(nowMs - this.#syncedAtMs) < SYNC_EVERY_MS) return;
    this.#syncedAtMs = nowMs;
    await this.#sync(nowMs);
  }

  #begin({ epoch }: Fence): void {
    this.#epoch = epoch;
    this.#losses = new WorkerLosses();
    this.#lost.length = 0;
    this.#noted.clear();
    this.#syncedAtMs = Number.NEGATIVE_INFINITY;
  }

  async #remember(report: WorkerReport, nowMs: number, fence: Fence): Promise<void> {
    const { book, log } = this.#options;
    const runs = report.state === 'stopped' ? await this.#named(report) : await this.#heldBy(report);
    for (const run of runs) {
      const { queueName, jobId, startedAtMs } = run;
      const crash: JobCrash = {
        kind: kindOf(report),
        ...{ workerId: report.workerId, host: report.host, startedAtMs, noticedAtMs: nowMs, beside: runs.length - 1 },
        ...{ rssMB: report.memory.rss, heapUsedMB: report.memory.heapUsed, memoryLimitMB: report.memoryLimitMB },
      };
      if (await book.note(run, crash, fence))
        log.warn({ queueName, jobId, crashes: book.afterCrashes }, 'a job is set aside: its workers crash with it');
    }
    if (runs.length > 0) this.#noted.set(report.workerId, runs);
  }

  /** Jobs that are active under the name of a worker that does not speak. */
  async #heldBy({ queueName, workerId }: WorkerReport): Promise<readonly CrashedRun[]> {
    const runs: CrashedRun[] = [];
    let after: string | null = null;
    for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
      const walk = { queueName, state: 'active', order: 'oldest', after, look: LOOK } as const;
      const { jobs, next } = await this.#options.jobs.walk(walk);
      for (const { jobId, name: jobName, processedBy, startedAtMs } of jobs) {
        if (processedBy === workerId && startedAtMs !== null) runs.push({ queueName, jobId, jobName, startedAtMs });
      }
      if (next === null) break;
      after = next;
    }
    return runs;
  }

  /** Jobs that a worker named in its last report; it gave them back itself. */
  async #named({ queueName, crashedWith = [] }: WorkerReport): Promise<readonly CrashedRun[]> {
    const rows = await this.#options.jobs.find(crashedWith.map(({ jobId }) => ({ queueName, jobId })));
    return crashedWith.flatMap(({ jobId, startedAtMs }, index) => {
      const row = rows[index];
      return row ? [{ queueName, jobId, jobName: row.name, startedAtMs }] : [];
    });
  }

  /** A worker that hung speaks again: what it still runs, or ended itself, did not crash. */
  async #takeBack(workerId: string, fence: Fence): Promise<void> {
    const runs = this.#noted.get(workerId) ?? [];
    this.#noted.delete(workerId);
    const rows = await this.#options.jobs.find(runs);
    for (const [index, run] of runs.entries()) {
      if (rows[index]?.startedAtMs === run.startedAtMs) await this.#options.book.takeBack(run, run.startedAtMs, fence);
    }
  }

  /** Also forgets jobs that were removed otherwise. */
  async #sync(nowMs: number): Promise<void> {
    const { book, jobs } = this.#options;
    const records = await book.sync(nowMs);
    const rows = await jobs.find(records);
    const gone = records.filter((_, index) => rows[index] === null);
    if (gone.length === 0) return;
    await book.freeInWorkers(gone);
    for (const { id } of gone) await book.forget(id);
  }
}

function kindOf({ state, recycle }: WorkerReport): JobCrash['kind'] {
  if (state !== 'stopped') return 'vanished';
  return recycle?.cause === 'hard_limit' ? 'memory_limit' : 'unhandled_error';
}
