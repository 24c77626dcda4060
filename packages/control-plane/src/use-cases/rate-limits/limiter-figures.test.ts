import type { LimiterStanding } from '@drover/core';
import { expect, it } from 'vitest';
import { workerReport } from '../../testing/worker-report.js';
import { LimiterFiguresDuty } from './limiter-figures.js';

let standing: Partial<LimiterStanding> = {};
const idle = { atMs: 1_000, windows: {}, penalizedUntilMs: null, allowed: 0, delayed: 0, delayedMs: 0 };

function watch(): LimiterFiguresDuty {
  return new LimiterFiguresDuty({
    definitions: () => ({ stripe: { perSecond: 25, perHour: 500 } }),
    limiters: { status: async (names) => names.map((name) => ({ ...idle, ...standing, name })) },
  });
}

async function look(duty: LimiterFiguresDuty, next: Partial<LimiterStanding>) {
  standing = next;
  await duty.run({ reports: [workerReport({ limiterWaits: { stripe: 3 } })] });
  return duty.current()[0];
}

it('tells what each window holds of its limit, and who waits', async () => {
  const windows = { perSecond: { current: 20, nextAtMs: 0, emptyAtMs: 0 } };
  expect(await look(watch(), { windows, penalizedUntilMs: 5_000 })).toMatchObject({
    windows: { perSecond: { current: 20, limit: 25 }, perHour: { current: 0, limit: 500 } },
    waiting: 3,
    penalized: true,
  });
});

it('goes on counting where the engine began anew', async () => {
  const duty = watch();
  await look(duty, { allowed: 100, delayed: 10, delayedMs: 900 });
  expect((await look(duty, { allowed: 4, delayed: 0, delayedMs: 0 }))?.totals).toEqual({
    allowed: 104,
    delayed: 10,
    delayedMs: 900,
  });
});

it('goes on from what the last leader published', async () => {
  const first = watch();
  await look(first, { allowed: 100 });
  await look(first, { allowed: 0, delayed: 0 });
  const next = watch();
  next.restore(JSON.parse(JSON.stringify(first.current())));
  expect((await look(next, { allowed: 7 }))?.totals.allowed).toBe(107);
});
