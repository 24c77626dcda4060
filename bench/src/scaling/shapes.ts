import { type ArrivalTrace, type ServiceTimes, seededRandom } from '@drover/core';

const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;

export interface Shape {
  readonly name: string;
  readonly hours: number;
  readonly service: ServiceTimes;
  /** Mean run time, in ms, of `service`. */
  readonly meanMs: number;
  /** How many one-slot workers the arriving jobs keep busy at a time. */
  readonly load: (atMs: number) => number;
}

const ordinary = { service: { meanMs: 4_000, cv: 1 }, meanMs: 4_000 };
/** Six of seven jobs are short, the seventh takes 20 s. */
const mixed = {
  service: {
    histogram: [0.7, 0.85, 1, 1.15, 1.3].flatMap((share) => [
      { ms: 1_000 * share, count: 6 },
      { ms: 20_000 * share, count: 1 },
    ]),
  },
  meanMs: (6 * 1_000 + 20_000) / 7,
};
const within = (atMs: number, fromHours: number, minutes: number) =>
  atMs >= fromHours * HOUR_MS && atMs < fromHours * HOUR_MS + minutes * 60_000;

/** Loads that a scaler meets: steps, bursts, slopes, days, silence. Written for this benchmark; each run is the same. */
export const shapes: readonly Shape[] = [
  { name: 'steady', hours: 4, ...ordinary, load: () => 9 },
  { name: 'step', hours: 4, ...ordinary, load: (at) => (within(at, 1, 90) ? 24 : 6) },
  {
    name: 'flash-sale',
    hours: 3,
    ...ordinary,
    load: (at) => (within(at, 1.02, 2) ? 60 : within(at, 2.03, 10) ? 30 : 6),
  },
  { name: 'slope', hours: 6, ...ordinary, load: (at) => 3 + 32 * (1 - Math.abs(at / (3 * HOUR_MS) - 1)) },
  { name: 'day', hours: 24, ...ordinary, load: dayWithNoise(7) },
  { name: 'mixed-lengths', hours: 8, ...mixed, load: (at) => 14 + 6 * Math.sin((2 * Math.PI * at) / (4 * HOUR_MS)) },
  {
    name: 'heavy-tail',
    hours: 8,
    service: { meanMs: 4_000, cv: 3 },
    meanMs: 4_000,
    load: (at) => 12 + 5 * Math.sin((2 * Math.PI * at) / (5 * HOUR_MS)),
  },
  { name: 'on-off', hours: 8, ...ordinary, load: switching(11, [3, 8], [6, 18], 26, 1) },
  { name: 'flicker', hours: 6, ...mixed, load: switching(13, [0.75, 1.75], [0.75, 1.75], 15, 8) },
  {
    name: 'hourly-cron',
    hours: 8,
    service: { meanMs: 2_000, cv: 1 },
    meanMs: 2_000,
    load: (at) => (at % HOUR_MS < 30_000 ? 90 : 3),
  },
  { name: 'nights-off', hours: 6, ...ordinary, load: (at) => (within(at, 1, 90) || within(at, 4, 60) ? 0 : 12) },
  { name: 'small', hours: 12, service: { meanMs: 8_000, cv: 1 }, meanMs: 8_000, load: () => 0.7 },
  { name: 'long-jobs', hours: 12, service: { meanMs: 45_000, cv: 0.7 }, meanMs: 45_000, load: () => 1.8 },
];

export function traceOf({ hours, load, meanMs }: Shape, slotsPerWorker: number, share: number): ArrivalTrace {
  const steps = (hours * HOUR_MS) / STEP_MS;
  const perLoad = (STEP_MS / meanMs) * slotsPerWorker * share;
  // A fraction, however small, has each count drawn: whole numbers would be taken as they are.
  const arrivals = Array.from({ length: steps }, (_, step) => load(step * STEP_MS) * perLoad * (1 + 1e-7));
  return { spanMs: STEP_MS, arrivals };
}

function dayWithNoise(seed: number): (atMs: number) => number {
  const random = seededRandom(seed);
  let drift = 0;
  const noise = Array.from({ length: (24 * HOUR_MS) / STEP_MS }, () => {
    drift = 0.97 * drift + 0.1 * (random() + random() + random() - 1.5);
    return Math.exp(drift);
  });
  const turn = (2 * Math.PI) / (24 * HOUR_MS);
  return (at) =>
    (12 - 9 * Math.cos(turn * at) + 2.5 * Math.sin(2 * turn * at)) * (noise[Math.floor(at / STEP_MS)] ?? 1);
}

/** `high` for so many minutes, drawn between the two, then `low`, and again. */
function switching(
  seed: number,
  highMinutes: readonly [number, number],
  lowMinutes: readonly [number, number],
  high: number,
  low: number,
): (atMs: number) => number {
  const random = seededRandom(seed);
  const ends: number[] = [];
  for (let atMs = 0; atMs < 24 * HOUR_MS; ) {
    const [from, to] = ends.length % 2 === 0 ? lowMinutes : highMinutes;
    atMs += (from + random() * (to - from)) * 60_000;
    ends.push(atMs);
  }
  return (at) => (ends.findIndex((end) => at < end) % 2 === 0 ? low : high);
}
