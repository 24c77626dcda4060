import {
  type LimiterDefinitions,
  limiterNamed,
  type RateLimiterStore,
  type WindowName,
  windowNames,
} from '@drover/core';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import type { LimiterTotals } from './limiter-minutes.js';
import { difference, totalsOf } from './limiter-totals.js';
import { waitsIn } from './limiter-waits.js';

/** One limiter as the leader last saw it, for metrics. */
export interface LimiterFigures {
  readonly name: string;
  readonly windows: Readonly<Partial<Record<WindowName, { readonly current: number; readonly limit: number }>>>;
  readonly waiting: number;
  readonly penalized: boolean;
  /** Never less than before: what the engine counts begins anew after two idle days. */
  readonly totals: LimiterTotals;
  /** The engine's count, from which the next difference is taken. */
  readonly counted: LimiterTotals;
}

export interface LimiterFiguresOptions {
  readonly definitions: () => LimiterDefinitions;
  readonly limiters: Pick<RateLimiterStore, 'status'>;
}

/** Looks at all limiters once a tick, in one call, so that a scrape of any replica asks the engine nothing. */
export class LimiterFiguresDuty implements LeaderDuty {
  readonly name = 'limiter figures';
  private figures: readonly LimiterFigures[] = [];

  constructor(private readonly options: LimiterFiguresOptions) {}

  /** Goes on from what the last leader published. */
  restore(last: readonly LimiterFigures[] | undefined): void {
    this.figures = last ?? [];
  }

  current(): readonly LimiterFigures[] {
    return this.figures;
  }

  async run({ reports }: Pick<LeaderTick, 'reports'>): Promise<void> {
    const definitions = this.options.definitions();
    const before = new Map(this.figures.map((figures) => [figures.name, figures]));
    const standings = await this.options.limiters.status(Object.keys(definitions));
    this.figures = standings.map((standing) => {
      const { name, penalizedUntilMs, atMs } = standing;
      const limits = limiterNamed(definitions, name) ?? {};
      const windows = windowNames.flatMap((window) => {
        const limit = limits[window];
        return limit === undefined ? [] : [[window, { current: standing.windows[window]?.current ?? 0, limit }]];
      });
      const counted = totalsOf(standing);
      const held = before.get(name);
      return {
        name,
        windows: Object.fromEntries(windows),
        waiting: waitsIn(reports, name).waiting,
        penalized: penalizedUntilMs !== null && penalizedUntilMs > atMs,
        totals: held ? sum(held.totals, difference(counted, held.counted)) : counted,
        counted,
      };
    });
  }
}

function sum(a: LimiterTotals, b: LimiterTotals): LimiterTotals {
  return { allowed: a.allowed + b.allowed, delayed: a.delayed + b.delayed, delayedMs: a.delayedMs + b.delayedMs };
}
