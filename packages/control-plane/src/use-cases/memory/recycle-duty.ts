import {
  evaluateRecycle,
  followRecycle,
  isFault,
  type MemoryLimits,
  type MemorySample,
  needsTelling,
  planRecycles,
  type Recycle,
  type RecycleCandidate,
  type RecycleNotice,
  type RecycleSight,
  type WorkerReport,
} from '@drover/core';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import type { LiveTopics } from '../live-topics.js';
import { type HeldRecycle, MAX_WORKER_ID, type RecycleBook } from './recycle-book.js';
import { tellWorker } from './recycle-teller.js';
import { recycleEvent } from './wire-recycle.js';

export interface RecycleDutyOptions {
  readonly fleet: Parameters<typeof tellWorker>[0];
  readonly book: RecycleBook;
  readonly topics: LiveTopics;
  readonly limitsFor: (queueName: string) => MemoryLimits;
  /** A worker's memory over the last hour or so, oldest first. */
  readonly samplesOf: (workerId: string) => readonly MemorySample[];
  /** Younger workers are not judged by their soft limit. A minute unless told. */
  readonly softLimitAfterMs?: number;
}

const PRUNE_EVERY_MS = 3_600_000;
/** A worker that did not answer is not asked again before this. */
const LEAVE_ALONE_MS = 600_000;

/** Recycles workers that have a reason, as many at once as may, and follows each to its end. */
export class RecycleDuty implements LeaderDuty {
  readonly name = 'recycling';
  private readonly options: RecycleDutyOptions;
  private readonly missingSinceMs = new Map<string, number>();
  private readonly failedAtMs = new Map<string, number>();
  /** Of workers that ended by themselves: looked up once, for their last reports stay for minutes. */
  private readonly known = new Set<string>();
  private prunedAtMs = 0;

  constructor(options: RecycleDutyOptions) {
    this.options = options;
  }

  async run(tick: LeaderTick): Promise<void> {
    const { book } = this.options;
    const open: HeldRecycle[] = [];
    for (const held of await book.open()) {
      const followed = await this.follow(held, tick);
      if (followed !== null) open.push(followed);
    }
    open.push(...(await this.writeDownNotices(open, tick)));
    await this.beginNext(open, tick);
    await this.prune(tick.nowMs);
  }

  /** As it now stands; `null` when it is over. */
  private async follow(held: HeldRecycle, tick: LeaderTick): Promise<HeldRecycle | null> {
    const { book, fleet, topics } = this.options;
    const sight = this.sightOf(held.recycle.workerId, tick);
    const recycle = followRecycle(held.recycle, sight, tick.nowMs);
    const again = needsTelling(recycle, sight, tick.nowMs);
    if (again && sight.report !== null) await tellWorker(fleet, recycle, sight.report);
    if (recycle === held.recycle) return held;
    const updated = await book.update(held, recycle, tick.fence);
    if (updated === null) return held;
    topics.publish('workers', recycleEvent(recycle));
    if (recycle.status === 'failed') this.failedAtMs.set(recycle.workerId, tick.nowMs);
    if (recycle.status !== 'failed' && recycle.status !== 'done') return updated;
    this.known.add(recycle.workerId);
    this.missingSinceMs.delete(recycle.workerId);
    return null;
  }

  private sightOf(workerId: string, { stored, nowMs }: LeaderTick): RecycleSight {
    const report = stored.find((one) => one.workerId === workerId) ?? null;
    if (report !== null) {
      this.missingSinceMs.delete(workerId);
      return { report, missingMs: 0 };
    }
    const sinceMs = this.missingSinceMs.get(workerId) ?? nowMs;
    this.missingSinceMs.set(workerId, sinceMs);
    return { report, missingMs: nowMs - sinceMs };
  }

  /** Workers recycle themselves above their hard limit, and may be gone before a tick sees it. */
  private async writeDownNotices(open: readonly HeldRecycle[], tick: LeaderTick): Promise<readonly HeldRecycle[]> {
    const { book, topics } = this.options;
    const begun: HeldRecycle[] = [];
    for (const report of tick.stored) {
      const { workerId, recycle: notice } = report;
      if (notice === undefined || this.known.has(workerId)) continue;
      if (open.some(({ recycle }) => recycle.workerId === workerId)) continue;
      if (workerId.length > MAX_WORKER_ID || (await book.isOver(workerId))) {
        this.known.add(workerId);
        continue;
      }
      const recycle = followRecycle(begin(report, notice, tick.nowMs), { report, missingMs: 0 }, tick.nowMs);
      if (recycle.status === 'done') {
        await book.note(recycle, tick.fence);
        this.known.add(workerId);
      } else {
        const held = await this.tryBegin(recycle, tick);
        if (held === null) continue;
        begun.push(held);
      }
      topics.publish('workers', recycleEvent(recycle));
    }
    return begun;
  }

  private async beginNext(open: readonly HeldRecycle[], tick: LeaderTick): Promise<void> {
    const { book, fleet, topics } = this.options;
    const own = tick.reports.filter(({ owner }) => owner === 'drover');
    const plan = planRecycles(
      own,
      open.map(({ recycle }) => recycle),
      own.flatMap((report) => this.candidate(report, tick.nowMs)),
    );
    const reports = new Map(own.map((report) => [report.workerId, report]));
    for (const recycle of plan.tell) {
      const [held, report] = [open.find((one) => one.recycle === recycle), reports.get(recycle.workerId)];
      if (held === undefined || report === undefined) continue;
      const told = { ...recycle, toldAtMs: tick.nowMs, updatedAtMs: tick.nowMs, message: 'It is told to end' };
      if ((await book.update(held, told, tick.fence)) === null) continue;
      await tellWorker(fleet, told, report);
      topics.publish('workers', recycleEvent(told));
    }
    for (const { workerId, notice } of plan.begin) {
      const report = reports.get(workerId);
      if (report === undefined) continue;
      const recycle = begin(report, notice, tick.nowMs);
      if ((await this.tryBegin(recycle, tick)) === null) continue;
      await tellWorker(fleet, recycle, report);
      topics.publish('workers', recycleEvent(recycle));
    }
  }

  private candidate(report: WorkerReport, nowMs: number): RecycleCandidate[] {
    const { workerId, queueName, state, recycle, memoryLimitMB, memory } = report;
    if (state !== 'ready' || recycle !== undefined || workerId.length > MAX_WORKER_ID) return [];
    if (nowMs - (this.failedAtMs.get(workerId) ?? Number.NEGATIVE_INFINITY) < LEAVE_ALONE_MS) return [];
    const limits = this.options.limitsFor(queueName);
    const notice = evaluateRecycle(
      report,
      { ...limits, hardLimitMB: memoryLimitMB ?? limits.hardLimitMB },
      this.options.samplesOf(workerId),
      this.options.softLimitAfterMs,
    );
    return notice === null ? [] : [{ workerId, queueName, rssMB: memory.rss, notice }];
  }

  /** `null` when an admin was quicker. */
  private async tryBegin(recycle: Recycle, { fence }: LeaderTick): Promise<HeldRecycle | null> {
    try {
      return await this.options.book.begin(recycle, fence);
    } catch (error) {
      if (isFault(error, 'conflict')) return null;
      throw error;
    }
  }

  private async prune(nowMs: number): Promise<void> {
    // Also when the clock went back.
    if (Math.abs(nowMs - this.prunedAtMs) < PRUNE_EVERY_MS) return;
    this.prunedAtMs = nowMs;
    this.known.clear();
    this.failedAtMs.clear();
    await this.options.book.prune(nowMs);
  }
}

function begin(report: WorkerReport, { cause, reason }: RecycleNotice, nowMs: number): Recycle {
  const { workerId, queueName, host } = report;
  return {
    ...{ workerId, queueName, host, cause, reason },
    status: 'requested',
    graceful: true,
    requestedBy: null,
    requestedAtMs: nowMs,
    toldAtMs: nowMs,
    updatedAtMs: nowMs,
    jobsHandedBack: null,
    message: 'It is told to end',
  };
}
