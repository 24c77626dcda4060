import type { ArrivalTrace } from '../simulation/simulation.js';

export type ReadTrace = { readonly trace: ArrivalTrace } | { readonly problem: string };

/**
 * Reads arrivals as CSV with the columns `t_seconds,arrivals`: the start of each step and the
 * jobs that arrived in it. Steps are equally long; whole numbers are replayed as they are,
 * fractions as expected values.
 */
export function readTraceCsv(text: string): ReadTrace {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  if (head.replaceAll(' ', '') !== 't_seconds,arrivals') {
    return { problem: 'line 1: must be the names of the columns, t_seconds,arrivals' };
  }
  if (lines.length < 2) return { problem: 'holds fewer than two steps' };
  const arrivals: number[] = [];
  let spanSeconds = Number.NaN;
  let beforeSeconds = Number.NaN;
  for (const [index, line] of lines.entries()) {
    const [seconds = Number.NaN, count = Number.NaN, ...rest] = line.split(',').map(numberIn);
    const where = `line ${index + 2}`;
    if (!Number.isFinite(seconds) || rest.length > 0) return { problem: `${where}: must be two numbers` };
    if (!(count >= 0 && Number.isFinite(count))) return { problem: `${where}: arrivals must be 0 or more` };
    if (index === 1) spanSeconds = seconds - beforeSeconds;
    if (index > 0 && !(Math.abs(seconds - beforeSeconds - spanSeconds) < 1e-6 && spanSeconds > 0)) {
      return { problem: `${where}: t_seconds must grow by the same step from line to line` };
    }
    arrivals.push(count);
    beforeSeconds = seconds;
  }
  return { trace: { spanMs: spanSeconds * 1_000, arrivals } };
}

const numberIn = (cell: string): number => (cell.trim() === '' ? Number.NaN : Number(cell));
