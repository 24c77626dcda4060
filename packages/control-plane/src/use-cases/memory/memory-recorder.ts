import type { MemorySample, RecordStore, WorkerReport } from '@drover/core';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import { HOUR_MS, type MemoryMinute, MemoryMinutes, MINUTE_MS } from './memory-minutes.js';
import { MAX_WORKER_ID } from './recycle-book.js';

/** What a trend is fitted to, and at least the hour that is being written. */
const HELD_MS = HOUR_MS + 10 * MINUTE_MS;
/** As many records as one write takes. */
const PER_WRITE = 500;

interface Track {
  readonly report: WorkerReport;
  minutes: MemoryMinute[];
  /** The minute that is being seen. */
  open: { readonly atMs: number; readonly rssMB: number[]; readonly heapUsedMB: number[] };
}

/** Keeps a mean of each worker's memory per minute; a leader that dies costs the minute that it saw. */
export class MemoryRecorder implements LeaderDuty {
  readonly name = 'memory history';
  private readonly store: MemoryMinutes;
  private readonly tracks = new Map<string, Track>();
  private epoch: number | null = null;
  private prunedAtMs = 0;

  constructor(private readonly records: RecordStore) {
    this.store = new MemoryMinutes(records);
  }

  /** A worker's memory over the last hour or so, oldest first. */
  samplesOf(workerId: string): readonly MemorySample[] {
    return this.tracks.get(workerId)?.minutes ?? [];
  }

  async run({ reports, nowMs, fence }: LeaderTick): Promise<void> {
    const earlier = this.epoch === fence.epoch ? null : await this.store.latest(nowMs - HELD_MS);
    if (earlier !== null) this.tracks.clear();
    this.epoch = fence.epoch;
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const finished: Track[] = [];
    const present = reports.filter(({ state, workerId }) => state !== 'stopped' && workerId.length <= MAX_WORKER_ID);
    for (const report of present) {
      const { workerId, memory } = report;
      const begun = { atMs: minuteMs, rssMB: [], heapUsedMB: [] };
      const track = this.tracks.get(workerId) ?? { report, minutes: earlier?.get(workerId) ?? [], open: begun };
      if (track.open.atMs !== minuteMs) {
        close(track, nowMs);
        track.open = begun;
        finished.push(track);
      }
      track.open.rssMB.push(memory.rss);
      track.open.heapUsedMB.push(memory.heapUsed);
      this.tracks.set(workerId, track);
    }
    const speaking = new Set(present.map(({ workerId }) => workerId));
    for (const workerId of this.tracks.keys()) if (!speaking.has(workerId)) this.tracks.delete(workerId);
    await this.write(finished, fence);
    await this.prune(nowMs);
  }

  private async write(finished: readonly Track[], fence: LeaderTick['fence']): Promise<void> {
    for (let from = 0; from < finished.length; from += PER_WRITE) {
      const changes = finished.slice(from, from + PER_WRITE).map(({ report, minutes }) => {
        const latestMs = minutes.at(-1)?.atMs ?? 0;
        return this.store.hour(report, minutes, latestMs);
      });
      await this.records.write(changes, fence);
    }
  }

  private async prune(nowMs: number): Promise<void> {
    // Also when the clock went back.
    if (Math.abs(nowMs - this.prunedAtMs) < HOUR_MS) return;
    this.prunedAtMs = nowMs;
    await this.store.prune(nowMs);
  }
}

function close(track: Track, nowMs: number): void {
  const { atMs, rssMB, heapUsedMB } = track.open;
  track.minutes = [
    ...track.minutes.filter((minute) => minute.atMs !== atMs && minute.atMs >= nowMs - HELD_MS),
    { atMs, rssMB: mean(rssMB), heapUsedMB: mean(heapUsedMB) },
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
