import { keptMs } from './time-range.js';

/** A range as it is typed: the texts of two date fields, in the clock of this computer. */
export interface CustomRangeDraft {
  readonly from: string;
  readonly to: string;
}

export interface CustomRange {
  /** Undefined while something is wrong. */
  readonly range: { readonly fromMs: number; readonly toMs: number } | undefined;
  readonly problems: { readonly from?: string; readonly to?: string };
}

const shortestMs = 60_000;

/** What was typed as a range, or at which field it is wrong. */
export function readCustomRange({ from, to }: CustomRangeDraft, nowMs: number): CustomRange {
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const problems = {
    ...(Number.isNaN(fromMs)
      ? { from: 'Give a day and a time.' }
      : fromMs < nowMs - keptMs && { from: 'Numbers are kept for 30 days: choose a later start.' }),
    ...(Number.isNaN(toMs)
      ? { to: 'Give a day and a time.' }
      : toMs > nowMs
        ? { to: 'This is in the future.' }
        : toMs - fromMs < shortestMs && { to: 'The end must be at least a minute after the start.' }),
  };
  return { range: Object.keys(problems).length > 0 ? undefined : { fromMs, toMs }, problems };
}
