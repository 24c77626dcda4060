import { median, round } from '../result.js';
import type { Score } from './play-shape.js';

export interface Summary {
  readonly place: string;
  readonly algorithm: string;
  /** Medians over the shapes. */
  readonly cost: number;
  readonly missPercent: number;
  readonly flipsPerHour: number;
  /** On how many of the shapes at most 1 % of the jobs missed the objective. */
  readonly kept: number;
}

/** What engines of other versions may round otherwise. */
const NOISE = { cost: 0.01, missPercent: 0.1, flipsPerHour: 0.5 };

export function summarise(scores: readonly Score[]): Summary[] {
  const keys = [...new Set(scores.map(({ place, algorithm }) => `${place}|${algorithm}`))];
  const groups = keys.map((key) => scores.filter(({ place, algorithm }) => `${place}|${algorithm}` === key));
  return groups.map((group) => {
    const [first] = group;
    return {
      place: first?.place ?? '',
      algorithm: first?.algorithm ?? '',
      cost: round(median(group.map(({ cost }) => cost))),
      missPercent: round(median(group.map(({ missPercent }) => missPercent))),
      flipsPerHour: round(median(group.map(({ flipsPerHour }) => flipsPerHour))),
      kept: group.filter(({ missPercent }) => missPercent <= 1).length,
    };
  });
}

/** Which of our figures are worse than the committed ones by more than noise; empty for none. */
export function worsened(now: readonly Summary[], before: readonly Summary[]): string[] {
  return now.flatMap((figures) => {
    if (figures.algorithm !== 'drover') return [];
    const former = before.find(({ place, algorithm }) => place === figures.place && algorithm === 'drover');
    if (!former) return [];
    return (['cost', 'missPercent', 'flipsPerHour'] as const)
      .filter((name) => figures[name] > former[name] + NOISE[name])
      .map((name) => `${figures.place}: ${name} is ${figures[name]}, and was ${former[name]}`);
  });
}
