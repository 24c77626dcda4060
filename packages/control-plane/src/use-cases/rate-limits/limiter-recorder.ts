import type { LimiterDefinitions, RateLimiterStore, RecordChange, RecordStore } from '@drover/core';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import { type LimiterMinute, LimiterMinutes, type LimiterTotals, MINUTE_MS } from './limiter-minutes.js';
import { difference, totalsOf } from './limiter-totals.js';
import { waitsIn } from './limiter-waits.js';

const HOUR_MS = 3_600_000;
/** As many records as one write takes. */
const PER_WRITE = 500;

interface Track {
  totals: LimiterTotals;
  /** Of the hour that is being written. */
  minutes: LimiterMinute[];
  /** Most that waited at once in the minute that is being seen. */
  waiting: number;
}

export interface LimiterRecorderOptions {
  readonly definitions: () => LimiterDefinitions;
  readonly limiters: RateLimiterStore;
  readonly records: RecordStore;
}

/**
 * Keeps what each limiter let through and held up, minute by minute. The engine counts, so a
 * leader that dies loses nothing: its successor finds the difference in its first minute.
 */
export class LimiterRecorder implements LeaderDuty {
  readonly name = 'limiter history';
  private readonly options: LimiterRecorderOptions;
  private readonly minutes: LimiterMinutes;
  private readonly tracks = new Map<string, Track>();
  private epoch: number | null = null;
  private openMinuteMs = 0;
  private prunedAtMs = 0;

  constructor(options: LimiterRecorderOptions) {
    this.options = options;
    this.minutes = new LimiterMinutes(options.records);
  }

  async run({ reports, nowMs, fence }: LeaderTick): Promise<void> {
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const names = Object.keys(this.options.definitions());
    if (this.epoch !== fence.epoch) {
      this.tracks.clear();
      this.openMinuteMs = minuteMs;
      this.epoch = fence.epoch;
    }
    for (const name of this.tracks.keys()) if (!names.includes(name)) this.tracks.delete(name);
    await this.begin(names.filter((name) => !this.tracks.has(name)));
    for (const [name, track] of this.tracks) track.waiting = Math.max(track.waiting, waitsIn(reports, name).waiting);
    if (minuteMs === this.openMinuteMs) return;
    const closed = this.openMinuteMs;
    await this.close(closed, fence);
    this.openMinuteMs = minuteMs;
    await this.prune(nowMs);
  }

  /** Goes on where the last leader ended; a limiter that was never kept is counted from now on. */
  private async begin(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    const standings = await this.options.limiters.status(names);
    for (const standing of standings) {
      const kept = await this.minutes.latest(standing.name);
      this.tracks.set(standing.name, {
        totals: kept?.totals ?? totalsOf(standing),
        minutes: [...(kept?.minutes ?? [])],
        waiting: 0,
      });
    }
  }

  private async close(atMs: number, fence: LeaderTick['fence']): Promise<void> {
    const standings = await this.options.limiters.status([...this.tracks.keys()]);
    const closed = standings.flatMap((standing) => {
      const track = this.tracks.get(standing.name);
      if (track === undefined) return [];
      const totals = totalsOf(standing);
      const minute = { atMs, ...difference(totals, track.totals), waiting: track.waiting };
      const quiet = minute.allowed + minute.delayed + minute.waiting === 0;
      const minutes = quiet ? track.minutes : [...track.minutes.filter((held) => held.atMs >= atMs - HOUR_MS), minute];
      return [{ name: standing.name, track, totals, minutes, quiet }];
    });
    const changes: RecordChange[] = closed.flatMap(({ name, totals, minutes, quiet }) =>
      quiet ? [] : [this.minutes.hour(name, minutes, atMs, totals)],
    );
    for (let from = 0; from < changes.length; from += PER_WRITE) {
      await this.options.records.write(changes.slice(from, from + PER_WRITE), fence);
    }
    // Only now: a write that failed is made up by the next minute.
    for (const { track, totals, minutes } of closed) Object.assign(track, { totals, minutes, waiting: 0 });
  }

  private async prune(nowMs: number): Promise<void> {
    // Also when the clock went back.
    if (Math.abs(nowMs - this.prunedAtMs) < HOUR_MS) return;
    this.prunedAtMs = nowMs;
    await this.minutes.prune(nowMs);
    await this.options.limiters.prune();
  }
}
