/** A worker's resident memory at an instant, as a mean over a minute or so. */
export interface MemorySample {
  readonly atMs: number;
  readonly rssMB: number;
}

export interface MemoryTrend {
  readonly slopeMBPerHour: number;
  /** Of the slope: how far it may be off by chance. */
  readonly standardErrorMBPerHour: number;
  /** What the line says at the first and at the last sample. */
  readonly fromMB: number;
  readonly toMB: number;
}

export interface GrowthRules {
  /** Caches fill and code is compiled in a worker's first minutes: they prove nothing. */
  readonly warmUpMs: number;
  readonly minSamples: number;
  readonly minSpanMs: number;
  /** Standard errors by which the slope must be above zero. */
  readonly certainty: number;
  /** A projected time to the soft limit below this is short. */
  readonly horizonMs: number;
  /** Growth is large from this share of where it began, and this much. */
  readonly largeShare: number;
  readonly largeMB: number;
}

export const defaultGrowthRules: GrowthRules = {
  warmUpMs: 5 * 60_000,
  minSamples: 20,
  minSpanMs: 20 * 60_000,
  certainty: 5,
  horizonMs: 30 * 60_000,
  largeShare: 0.5,
  largeMB: 64,
};

const HOUR_MS = 3_600_000;

/**
 * Ordinary least squares over time. The standard error of the slope is
 * sqrt(SSE / (n - 2) / sum((t - mean t)^2)); see Draper & Smith, Applied Regression
 * Analysis, 3rd ed., section 1.4. `null` for fewer than three samples, or all at one instant.
 */
export function fitTrend(samples: readonly MemorySample[]): MemoryTrend | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (samples.length < 3 || first === undefined || last === undefined) return null;
  const hours = samples.map(({ atMs }) => (atMs - first.atMs) / HOUR_MS);
  const meanHours = mean(hours);
  const meanMB = mean(samples.map(({ rssMB }) => rssMB));
  let spread = 0;
  let together = 0;
  for (const [index, { rssMB }] of samples.entries()) {
    const away = (hours[index] ?? 0) - meanHours;
    spread += away ** 2;
    together += away * (rssMB - meanMB);
  }
  if (spread === 0) return null;
  const slope = together / spread;
  const at = (hour: number): number => meanMB + slope * (hour - meanHours);
  const squaredErrors = samples.reduce((sum, { rssMB }, index) => sum + (rssMB - at(hours[index] ?? 0)) ** 2, 0);
  return {
    slopeMBPerHour: slope,
    standardErrorMBPerHour: Math.sqrt(squaredErrors / (samples.length - 2) / spread),
    fromMB: at(0),
    toMB: at((last.atMs - first.atMs) / HOUR_MS),
  };
}

/**
 * Why a worker's growth is reason to replace it, or `null`. Proven growth is steady: the
 * whole of the samples and each half of them rise by more than chance, so a cache that
 * filled and stays, or a collector's sawtooth, is none. It matters when it would reach the
 * soft limit soon, or has already added much.
 */
export function growthReason(
  samples: readonly MemorySample[],
  startedAtMs: number,
  softLimitMB: number,
  rules: GrowthRules = defaultGrowthRules,
): string | null {
  const warm = samples.filter(({ atMs }) => atMs - startedAtMs >= rules.warmUpMs);
  const first = warm[0];
  const last = warm.at(-1);
  if (first === undefined || last === undefined || warm.length < rules.minSamples) return null;
  const spanMs = last.atMs - first.atMs;
  if (spanMs < rules.minSpanMs) return null;
  const trend = fitTrend(warm);
  const middle = Math.floor(warm.length / 2);
  const halves = [fitTrend(warm.slice(0, middle)), fitTrend(warm.slice(middle))];
  if (trend === null || !isProven(trend, rules.certainty)) return null;
  if (!halves.every((half) => half !== null && isProven(half, rules.certainty / 2))) return null;

  const grownMB = trend.toMB - trend.fromMB;
  const leftMs = ((softLimitMB - trend.toMB) / trend.slopeMBPerHour) * HOUR_MS;
  const large = grownMB >= Math.max(rules.largeMB, rules.largeShare * trend.fromMB);
  if (leftMs > rules.horizonMs && !large) return null;
  const minutes = Math.round(spanMs / 60_000);
  const growth = `Memory grew by ${Math.round(grownMB)} MB in ${minutes} min (${Math.round(trend.slopeMBPerHour)} MB an hour)`;
  if (leftMs > rules.horizonMs) return growth;
  return `${growth} and reaches the soft limit of ${softLimitMB} MB in ${Math.max(0, Math.round(leftMs / 60_000))} min`;
}

function isProven({ slopeMBPerHour, standardErrorMBPerHour }: MemoryTrend, certainty: number): boolean {
  return slopeMBPerHour > 0 && slopeMBPerHour >= certainty * standardErrorMBPerHour;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
