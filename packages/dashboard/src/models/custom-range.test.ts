import { describe, expect, it } from 'vitest';
import { readCustomRange } from './custom-range.js';

const now = new Date('2026-11-23T14:32:06').getTime();
const read = (from: string, to: string) => readCustomRange({ from, to }, now);

describe('a range that is typed', () => {
  it('means the clock of this computer', () => {
    const { range, problems } = read('2026-11-23T12:00', '2026-11-23T13:30');
    expect(problems).toEqual({});
    expect(range).toEqual({
      fromMs: new Date('2026-11-23T12:00').getTime(),
      toMs: new Date('2026-11-23T13:30').getTime(),
    });
  });

  it.each([
    ['', '2026-11-23T13:30', { from: 'Give a day and a time.' }],
    ['2026-11-23T12:00', 'x', { to: 'Give a day and a time.' }],
    ['2026-11-23T12:00', '2026-11-23T12:00', { to: 'The end must be at least a minute after the start.' }],
    ['2026-11-23T12:00', '2026-11-23T11:00', { to: 'The end must be at least a minute after the start.' }],
    ['2026-11-23T12:00', '2026-11-23T14:33', { to: 'This is in the future.' }],
    ['2026-10-01T12:00', '2026-11-23T13:00', { from: 'Numbers are kept for 30 days: choose a later start.' }],
  ])('from "%s" to "%s" is told at the field that is wrong', (from, to, problems) => {
    expect(read(from, to)).toEqual({ range: undefined, problems });
  });
});
