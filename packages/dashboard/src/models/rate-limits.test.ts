import type { RateLimitStatusResponse } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { at, ms } from '../../testing/queues.js';
import {
  limiterNameProblem,
  limiterVerdict,
  limitGauges,
  orderLimiters,
  readWindows,
  windowTexts,
} from './rate-limits.js';

const status = (current: number, changes: Partial<RateLimitStatusResponse> = {}): RateLimitStatusResponse => ({
  limiterName: 'stripeApi',
  windows: { perMinute: { current, limit: 100, remaining: 100 - current, resetAt: at(30) } },
  ...changes,
});
const verdict = (one: RateLimitStatusResponse) => limiterVerdict(one, ms(0));

describe('a limiter in use', () => {
  it('shows each window with what is left and when all is free again', () => {
    expect(limitGauges(status(85), ms(0))).toEqual([
      { window: 'perMinute', current: 85, limit: 100, remaining: 15, percent: 85, level: 'warning', resetInMs: 30_000 },
    ]);
    expect(limitGauges(status(0), ms(0))).toMatchObject([{ level: 'idle', resetInMs: undefined }]);
  });

  it.each([
    [status(0), 'idle', 'Not in use'],
    [status(50), 'normal', 'Within its limits'],
    [status(80), 'warning', '80 % of its limit per minute is used'],
    [status(100, { waiting: 1 }), 'critical', 'All of its limit per minute is used, 1 request waits'],
    [status(50, { waiting: 7 }), 'warning', 'Jobs wait for a permit, 7 requests wait'],
    [status(50, { penalizedUntil: at(40) }), 'critical', 'The service asked to wait: nothing is granted for 40 s'],
    [status(50, { penalizedUntil: at(-40) }), 'normal', 'Within its limits'],
  ])('tells how it stands: %#', (one, level, words) => expect(verdict(one)).toEqual({ level, words }));

  it('comes first where it needs a look', () => {
    const config = { a: { perMinute: 1 }, b: { perMinute: 1 }, c: { perMinute: 1 } } as never;
    const statuses = new Map([
      ['a', status(0)],
      ['b', status(90)],
      ['c', status(100)],
    ]);
    expect(orderLimiters(config, statuses, ms(0))).toEqual(['c', 'b', 'a']);
  });
});

describe('a limiter in a form', () => {
  const base = { perSecond: 10, perHour: 1_000 };
  const read = (changes: Record<string, string>) => readWindows({ ...windowTexts(base), ...changes }, base);

  it('sends only what differs, and null for a window that is emptied', () => {
    expect(read({})).toEqual({ fields: {}, update: {} });
    expect(read({ perSecond: '', perMinute: '60' })).toEqual({
      fields: {},
      update: { perSecond: null, perMinute: 60 },
    });
  });

  it('refuses what could never be used, or would limit nothing', () => {
    expect(read({ perHour: '5' }).fields).toEqual({
      perHour: 'Must not be less than per second: that could never be used.',
    });
    expect(read({ perSecond: '', perHour: '' }).fields).toEqual({ perSecond: 'A limiter needs at least one window.' });
    expect(read({ perSecond: '1.5' }).fields).toEqual({ perSecond: 'Must be a whole number.' });
  });

  it('needs a name of its own', () => {
    expect(limiterNameProblem(' ', [])).toMatch(/Give it a name/);
    expect(limiterNameProblem('maps', ['maps'])).toMatch(/already/);
    expect(limiterNameProblem('maps', [])).toBeUndefined();
  });
});
