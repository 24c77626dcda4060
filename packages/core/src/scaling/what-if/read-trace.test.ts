import { describe, expect, it } from 'vitest';
import { readTraceCsv } from './read-trace.js';

describe('a trace as CSV', () => {
  it('is read with any line ends, and with fractions', () => {
    expect(readTraceCsv('t_seconds,arrivals\r\n0,3\r\n10,0.5\r\n20,0\r\n\r\n')).toEqual({
      trace: { spanMs: 10_000, arrivals: [3, 0.5, 0] },
    });
  });

  it.each([
    ['', 'line 1'],
    ['time,jobs\n0,1\n10,1', 'line 1'],
    ['t_seconds,arrivals\n0,1', 'fewer than two'],
    ['t_seconds,arrivals\n0,1\n10,x', 'line 3: arrivals'],
    ['t_seconds,arrivals\n0,1\n10,-1', 'line 3: arrivals'],
    ['t_seconds,arrivals\n0,1\n10,', 'line 3: arrivals'],
    ['t_seconds,arrivals\n0,1\n10,1,1', 'line 3: must be two'],
    ['t_seconds,arrivals\n0,1\n10,1\n25,1', 'line 4: t_seconds'],
    ['t_seconds,arrivals\n10,1\n10,1', 'line 3: t_seconds'],
    ['t_seconds,arrivals\n10,1\n0,1', 'line 3: t_seconds'],
  ])('is refused where it is none: %j', (text, problem) => {
    expect(readTraceCsv(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
