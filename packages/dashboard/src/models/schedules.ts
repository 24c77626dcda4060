import type { ScheduleInfo, ScheduleRun } from '@drover/contract';
import { cronWords } from './cron-words.js';
import { formatDuration, formatSpan } from './format.js';

export interface ScheduleName {
  readonly queueName: string;
  readonly scheduleId: string;
}

/** One text for both names: a row's key, and what the URL says. */
export function scheduleKey({ queueName, scheduleId }: ScheduleName): string {
  return `${encodeURIComponent(queueName)}/${encodeURIComponent(scheduleId)}`;
}

/** The names that a key stands for; undefined for what is none. */
export function readScheduleKey(key: string | null): ScheduleName | undefined {
  const [queueName, scheduleId] = (key ?? '').split('/');
  if (!queueName || !scheduleId) return undefined;
  try {
    return { queueName: decodeURIComponent(queueName), scheduleId: decodeURIComponent(scheduleId) };
  } catch {
    return undefined;
  }
}

/** The list with that schedule open beside it. */
export function schedulePath(name: ScheduleName): string {
  return `/schedules?schedule=${encodeURIComponent(scheduleKey(name))}`;
}

export type ScheduleStatus = 'overdue' | 'paused' | 'ended' | 'active';

export function scheduleStatus({ paused, overdueMs, nextAt, nextRuns }: ScheduleInfo): ScheduleStatus {
  if (paused) return 'paused';
  if (overdueMs !== undefined) return 'overdue';
  return nextAt === undefined && nextRuns.length === 0 ? 'ended' : 'active';
}

/** When it runs: the pattern in words where they are clearer, or every so often. */
export function everyWords({ pattern, everyMs }: Pick<ScheduleInfo, 'pattern' | 'everyMs'>): string {
  if (everyMs !== undefined) return `every ${formatExactSpan(everyMs)}`;
  return cronWords(pattern ?? '') ?? pattern ?? 'not known';
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

/** 20 s, 5 min, 36 h: in the largest unit that it is a whole number of. */
export function formatExactSpan(ms: number): string {
  const [unit, unitMs] = units.find(([, one]) => ms % one === 0) ?? ['ms', 1];
  return `${ms / unitMs} ${unit}`;
}

/** The zone of this browser. */
export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Without its continent: "New York". */
export function zoneCity(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** "Wed 25 Nov 03:00", seconds where there are any. Undefined for what is no zone here: another host may know more. */
export function inZone(at: Date, zone: string): string | undefined {
  const day = formatter(zone, dateParts)?.format(at).replace(',', '');
  const time = formatter(zone, timeParts)?.format(at).replace(/:00$/, '');
  return day && time && `${day} ${time}`;
}

/** The same by the clock of whoever looks, with a word for the day where there is one: "today 08:00". */
export function inViewerZone(at: Date, nowMs: number, zone = viewerZone()): string | undefined {
  const dayMs = 86_400_000;
  const day = (ms: number) => formatter(zone, dateParts)?.format(ms).replace(',', '') ?? '';
  const words = [['today', 0] as const, ['tomorrow', dayMs] as const, ['yesterday', -dayMs] as const];
  const [word] = words.find(([, offset]) => day(nowMs + offset) === day(at.getTime())) ?? [];
  const told = inZone(at, zone);
  return word === undefined ? told : told?.replace(day(at.getTime()), word);
}

const dateParts = { weekday: 'short', day: 'numeric', month: 'short' } as const;
const timeParts = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;

/** Making one is what a list of a thousand would wait for. */
const formatters = new Map<string, Intl.DateTimeFormat | undefined>();

function formatter(timeZone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat | undefined {
  const key = `${timeZone} ${Object.keys(parts).join()}`;
  if (!formatters.has(key)) formatters.set(key, makeFormatter(timeZone, parts));
  return formatters.get(key);
}

function makeFormatter(timeZone: string, parts: Intl.DateTimeFormatOptions): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', { ...parts, timeZone });
  } catch {
    return undefined;
  }
}

/** How a run ended, or how far it is. */
export function runWords({ state, startedAt, finishedAt, dueAt }: ScheduleRun): string {
  const took = startedAt && finishedAt ? `, took ${formatDuration(finishedAt.getTime() - startedAt.getTime())}` : '';
  const lateMs = startedAt ? startedAt.getTime() - dueAt.getTime() : 0;
  const late = lateMs >= 1_000 ? `, began ${formatSpan(lateMs)} late` : '';
  const words = {
    completed: 'Completed',
    failed: 'Failed',
    active: 'Runs now',
    'waiting-children': 'Waits for children',
  };
  return `${words[state as keyof typeof words] ?? 'Waits for a worker'}${took}${late}`;
}
