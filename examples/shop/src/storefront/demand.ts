import { seededRandom, seedOf } from '../seeded-random.js';

/** How busy the shop is over its day. A day is shorter than ours, so that a visitor sees both rush and lull. */
export interface Rhythm {
  readonly dayMs: number;
  /** An instant at which the shop's clock shows midnight. */
  readonly midnightMs: number;
  /** In the deepest night, and at the evening's peak, before noise. */
  readonly quietJobsPerSecond: number;
  readonly busyJobsPerSecond: number;
}

export const defaultRhythm: Rhythm = {
  dayMs: 20 * 60_000,
  midnightMs: 0,
  quietJobsPerSecond: 6,
  busyJobsPerSecond: 17,
};

/** Whatever the noise says: what the shop promises to stay within outside of a flash sale. */
const lowestJobsPerSecond = 5;
const highestJobsPerSecond = 20;
const noiseShare = 0.15;
const noiseSpanMs = 20_000;

export function hourOfDay(atMs: number, rhythm: Rhythm): number {
  const share = (atMs - rhythm.midnightMs) / rhythm.dayMs;
  return (share - Math.floor(share)) * 24;
}

/** Jobs per second over all queues that the shop aims for at an instant. The same instant gives the same rate. */
export function targetJobsPerSecond(atMs: number, rhythm: Rhythm): number {
  const share = dayShape(hourOfDay(atMs, rhythm));
  const base = rhythm.quietJobsPerSecond + share * (rhythm.busyJobsPerSecond - rhythm.quietJobsPerSecond);
  const noisy = base * (1 + noiseShare * smoothNoise(atMs));
  return Math.min(highestJobsPerSecond, Math.max(lowestJobsPerSecond, noisy));
}

/** 0 in the dead of night, 1 at the evening's peak, with a morning rise and a lunch hour. */
function dayShape(hour: number): number {
  return Math.min(1, 0.35 * hump(hour, 10, 2.5) + 0.5 * hump(hour, 12.8, 1.6) + hump(hour, 20, 2.2));
}

function hump(hour: number, peak: number, width: number): number {
  const apart = Math.abs(hour - peak);
  const around = Math.min(apart, 24 - apart);
  return Math.exp(-0.5 * (around / width) ** 2);
}

/** Between -1 and 1, changing over tens of seconds without jumps, as crowds do. */
function smoothNoise(atMs: number): number {
  const span = Math.floor(atMs / noiseSpanMs);
  const share = (atMs % noiseSpanMs) / noiseSpanMs;
  const ease = share * share * (3 - 2 * share);
  return noiseAt(span) * (1 - ease) + noiseAt(span + 1) * ease;
}

function noiseAt(span: number): number {
  return seededRandom(seedOf(`noise ${span}`)).next() * 2 - 1;
}
