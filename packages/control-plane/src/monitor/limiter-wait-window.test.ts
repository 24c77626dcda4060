import { beforeEach, expect, it } from 'vitest';
import { workerReport } from '../testing/worker-report.js';
import { LimiterWaitWindow } from './limiter-wait-window.js';

const waiting = workerReport({ limiterWaits: { stripeApi: 3 } });
const busy = workerReport({});

let window: LimiterWaitWindow;
beforeEach(() => {
  window = new LimiterWaitWindow();
});

it('knows nothing without a worker', () => {
  window.push([], 0);
  window.push([workerReport({ state: 'draining', limiterWaits: { stripeApi: 1 } })], 5_000);
  expect(window.percent).toBeNull();
});

it('averages over workers and ticks', () => {
  window.push([waiting, busy], 0);
  window.push([waiting, waiting], 5_000);
  expect(window.percent).toBe(75);
});

it('forgets after five minutes, and what a clock that went back would keep', () => {
  window.push([waiting], 0);
  window.push([busy], 299_999);
  expect(window.percent).toBe(50);
  window.push([busy], 300_000);
  expect(window.percent).toBe(0);
  window.push([waiting], 1_000);
  expect(window.percent).toBe(100);
});
