import { Fault, type ScheduleDefinition } from '@drover/core';
import { CronExpressionParser } from 'cron-parser';

type Times = Pick<ScheduleDefinition, 'pattern' | 'everyMs' | 'tz' | 'startAtMs' | 'endAtMs'>;

/** Throws `invalid_input` for a pattern or zone that BullMQ would fail at: with the parser that it uses itself. */
export function checkTimes(times: Times): void {
  if (times.tz !== null && !isZone(times.tz)) throw new Fault('invalid_input', `"${times.tz}" is no time zone.`);
  if (times.pattern === null) return;
  try {
    parse(times.pattern, times.tz, 0);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Fault('invalid_input', `"${times.pattern}" is no cron pattern: ${why}.`, { cause: error });
  }
}

/** The runs after the one that was made in advance, itself first; ms since 1970. */
export function nextRuns(times: Times, nextAtMs: number | null, count: number): readonly number[] {
  if (nextAtMs === null) return [];
  const runs = [nextAtMs];
  const after = follower(times, nextAtMs, 1);
  for (let run = after(); runs.length < count && run !== null; run = after()) {
    if (times.endAtMs !== null && run > times.endAtMs) break;
    runs.push(run);
  }
  return runs;
}

/** Instants at which it should have run before that one, newest first; whether it did, its jobs tell. */
export function earlierRuns(times: Times, nextAtMs: number | null, count: number): readonly number[] {
  if (nextAtMs === null) return [];
  const runs: number[] = [];
  const before = follower(times, nextAtMs, -1);
  for (let run = before(); runs.length < count && run !== null; run = before()) {
    if (times.startAtMs !== null && run < times.startAtMs) break;
    runs.push(run);
  }
  return runs;
}

function follower({ pattern, everyMs, tz }: Times, fromMs: number, sign: 1 | -1): () => number | null {
  if (everyMs !== null) {
    let atMs = fromMs;
    return () => {
      atMs += sign * everyMs;
      return atMs;
    };
  }
  // An application may have a strategy of its own, with patterns that are no cron.
  try {
    const runs = parse(pattern ?? '', tz, fromMs);
    return () => {
      try {
        return (sign === 1 ? runs.next() : runs.prev()).getTime();
      } catch {
        return null;
      }
    };
  } catch {
    return () => null;
  }
}

function parse(pattern: string, tz: string | null, fromMs: number) {
  return CronExpressionParser.parse(pattern, { currentDate: new Date(fromMs), ...(tz !== null && { tz }) });
}

function isZone(tz: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: tz });
    return true;
  } catch {
    return false;
  }
}
