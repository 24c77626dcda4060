import type { ArrivalSeries } from './scaling-history.js';
import type { ScalingTuning } from './scaling-tuning.js';

/** A burst that came at this phase of earlier periods. */
export interface ExpectedBurst {
  readonly periodMs: number;
  /** Jobs above the usual level. */
  readonly jobs: number;
  /** Within this span from now. */
  readonly withinMs: number;
  /** In how many periods it was seen. */
  readonly seen: 1 | 2;
}

const LEVEL_SPAN_MS = 300_000;
/** Fewer jobs than this are noise. */
const LEAST_JOBS = 20;
/** A burst that begins this close to a full period of the wall clock was timed by one. */
const ON_THE_CLOCK_MS = 30_000;

/**
 * The burst that past periods let expect until help asked for now is ready, `null` for none. Two
 * periods in a row prove it. One is enough where the earlier is not known and the burst began at
 * a full period of the wall clock: schedules are written that way.
 */
export function expectBurst(
  series: ArrivalSeries | undefined,
  nowMs: number,
  helpMs: number,
  tuning: ScalingTuning,
): ExpectedBurst | null {
  if (series === undefined) return null;
  const withinMs = helpMs + tuning.burstLeadMs;
  let most: ExpectedBurst | null = null;
  for (const periodMs of tuning.burstPeriodsMs) {
    const last = burstAt(series, nowMs - periodMs, withinMs, tuning);
    if (last === null || last.jobs === 0) continue;
    const before = burstAt(series, nowMs - 2 * periodMs, withinMs, tuning);
    if (before === null && !isOnTheClock(last.startMs, periodMs)) continue;
    const jobs = before === null ? last.jobs : Math.min(last.jobs, before.jobs);
    if (jobs > (most?.jobs ?? 0)) most = { periodMs, jobs, withinMs, seen: before === null ? 1 : 2 };
  }
  return most;
}

/** The series with zeros wherever `expectBurst` does not look: what has to be stored to answer it again. */
export function lookedAtSeries(
  series: ArrivalSeries,
  nowMs: number,
  helpMs: number,
  { burstPeriodsMs, burstLeadMs }: ScalingTuning,
): ArrivalSeries {
  const { stepMs, endMs, arrivals } = series;
  const centres = burstPeriodsMs.flatMap((periodMs) => [nowMs - periodMs, nowMs - 2 * periodMs]);
  const isLookedAt = (index: number): boolean => {
    const atMs = endMs - (arrivals.length - 1 - index) * stepMs;
    return centres.some(
      (centreMs) =>
        atMs >= centreMs - LEVEL_SPAN_MS - 2 * stepMs && atMs <= centreMs + helpMs + burstLeadMs + 2 * stepMs,
    );
  };
  return { ...series, arrivals: arrivals.map((count, index) => (isLookedAt(index) ? count : 0)) };
}

/** Jobs above the level before `atMs` that came in the span after it; `null` outside the series. */
function burstAt(
  { stepMs, endMs, arrivals }: ArrivalSeries,
  atMs: number,
  withinMs: number,
  { burstLeadMs, burstRatio }: ScalingTuning,
): { readonly jobs: number; readonly startMs: number } | null {
  const at = arrivals.length - Math.floor((endMs - atMs) / stepMs);
  const level = { from: at - Math.round(LEVEL_SPAN_MS / stepMs), to: at - Math.round(burstLeadMs / stepMs) };
  const steps = Math.max(1, Math.round(withinMs / stepMs));
  if (level.from < 0 || at + steps > arrivals.length) return null;
  const perStep = sum(arrivals, level.from, level.to) / (level.to - level.from);
  const jobs = sum(arrivals, at, at + steps);
  const above = jobs - perStep * steps;
  if (jobs <= burstRatio * perStep * steps || above <= LEAST_JOBS) return { jobs: 0, startMs: atMs };
  let start = at;
  while (start < at + steps && (arrivals[start] ?? 0) <= burstRatio * Math.max(perStep, 1)) start += 1;
  return { jobs: above, startMs: endMs - (arrivals.length - start) * stepMs };
}

function isOnTheClock(atMs: number, periodMs: number): boolean {
  const offMs = atMs % periodMs;
  return Math.min(offMs, periodMs - offMs) <= ON_THE_CLOCK_MS;
}

function sum(values: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index++) total += values[index] ?? 0;
  return total;
}
