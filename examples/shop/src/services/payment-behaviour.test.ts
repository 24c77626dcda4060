import { expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.js';
import { drawFate, type PaymentMode } from './payment-behaviour.js';

function fates(mode: PaymentMode) {
  const random = seededRandom(11);
  const drawn = Array.from({ length: 20_000 }, () => drawFate(mode, random));
  const latencies = drawn.map((fate) => fate.latencyMs).sort((a, b) => a - b);
  return {
    share: (outcome: string) => drawn.filter((fate) => fate.outcome === outcome).length / drawn.length,
    latencyAt: (quantile: number) => latencies[Math.floor(quantile * latencies.length)] ?? 0,
  };
}

test('a normal provider answers around 250 ms with a long tail, and fails now and then', () => {
  const { share, latencyAt } = fates('normal');
  expect(latencyAt(0.5)).toBeGreaterThan(240);
  expect(latencyAt(0.5)).toBeLessThan(260);
  expect(latencyAt(0.99)).toBeGreaterThan(3 * latencyAt(0.5));
  expect(share('answered')).toBeGreaterThan(0.98);
  expect(share('unavailable')).toBeCloseTo(0.012, 2);
  expect(share('reply-lost')).toBeGreaterThan(0);
});

test('a slow one lets some callers run into their five seconds', () => {
  const { latencyAt } = fates('slow');
  expect(latencyAt(0.5)).toBeGreaterThan(3_000);
  expect(latencyAt(0.9)).toBeGreaterThan(5_000);
});

test('a broken one charges nobody, and a quarter of its callers hear nothing', () => {
  const { share } = fates('broken');
  expect(share('answered') + share('reply-lost')).toBe(0);
  expect(share('silent')).toBeCloseTo(0.25, 1);
});
