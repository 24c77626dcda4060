import { describe, expect, it } from 'vitest';
import { instantOfLocal, localOfInstant } from './local-time.js';

describe('a date field', () => {
  it.each(['2026-11-24T12:30:00.000Z', '2026-03-29T00:59:00.000Z', '2026-10-25T03:01:00.000Z'])(
    'gives back the instant %s that it shows',
    (instant) => expect(instantOfLocal(localOfInstant(instant))).toBe(instant),
  );

  it('shows the clock of this computer, to the minute', () => {
    expect(localOfInstant(new Date(2026, 10, 24, 9, 5, 59))).toBe('2026-11-24T09:05');
  });

  it('is empty for what is no instant', () => {
    expect([localOfInstant('soon'), instantOfLocal(''), instantOfLocal('soon')]).toEqual(['', '', '']);
  });
});
