import { expect, it } from 'vitest';
import { datePaths, eventDatePaths, reviveDates } from './date-paths.js';

it('turns the listed strings into dates and leaves every other alone', () => {
  const at = '2026-01-02T03:04:05.000Z';
  const reply = [{ queueName: at, timestamp: at, issues: [at], metrics: { queueName: at, timestamp: at } }];
  expect(reviveDates(reply, datePaths.getQueuesHealth)).toEqual([
    { queueName: at, timestamp: new Date(at), issues: [at], metrics: { queueName: at, timestamp: new Date(at) } },
  ]);
});

it('leaves absent fields absent and takes any shape without throwing', () => {
  expect(
    reviveDates({ windows: { perHour: { resetAt: '2026-01-01T00:00:00Z' } } }, datePaths.getRateLimitStatus),
  ).toEqual({
    windows: { perHour: { resetAt: new Date('2026-01-01T00:00:00Z') } },
  });
  for (const odd of [null, 'text', [], { queues: null }, { queues: [null, 7] }]) {
    expect(reviveDates(structuredClone(odd), eventDatePaths.snapshot)).toEqual(odd);
  }
});
