import type { CreateScheduleRequest, ScheduleInfo, UpdateScheduleRequest } from '@drover/contract';
import { type NumberRule, numberText, readNumber } from './form-number.js';
import { jsonProblem } from './job-form.js';

/** Everything as typed, by the field's path in the request's body; `everyMs` in its unit. */
export const scheduleFields = [
  'queueName',
  'scheduleId',
  'jobName',
  'kind',
  'pattern',
  'tz',
  'everyMs',
  'unit',
  'startAt',
  'endAt',
  'limit',
  'attempts',
  'priority',
  'data',
] as const;
export type ScheduleField = (typeof scheduleFields)[number];
export type ScheduleTexts = Readonly<Record<ScheduleField, string>>;
export type ScheduleProblems = Partial<Record<ScheduleField, string>>;

export const everyUnits = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export type EveryUnit = keyof typeof everyUnits;

export const newSchedule: ScheduleTexts = {
  queueName: '',
  scheduleId: '',
  jobName: '',
  kind: 'cron',
  pattern: '',
  tz: '',
  everyMs: '',
  unit: 'min',
  startAt: '',
  endAt: '',
  limit: '',
  attempts: '',
  priority: '',
  data: '{}',
};

/** What a form about a schedule begins with. Its payload, attempts and priority are not told: empty leaves them. */
export function textsOfSchedule(schedule: ScheduleInfo): ScheduleTexts {
  const { everyMs } = schedule;
  const unit = (['d', 'h', 'min', 's'] as const).find((name) => (everyMs ?? 0) % everyUnits[name] === 0) ?? 's';
  return {
    ...newSchedule,
    queueName: schedule.queueName,
    scheduleId: schedule.scheduleId,
    jobName: schedule.jobName,
    kind: everyMs === undefined ? 'cron' : 'every',
    pattern: schedule.pattern ?? '',
    tz: schedule.tz ?? '',
    everyMs: everyMs === undefined ? '' : numberText(everyMs / everyUnits[unit]),
    unit: everyMs === undefined ? 'min' : unit,
    startAt: schedule.startAt?.toISOString() ?? '',
    endAt: schedule.endAt?.toISOString() ?? '',
    limit: schedule.limit === undefined ? '' : String(schedule.limit),
    data: '',
  };
}

export interface ReadSchedule<Request> {
  readonly problems: ScheduleProblems;
  /** Undefined while a field cannot be taken. */
  readonly request: Request | undefined;
}

const rules = {
  limit: { min: 1, max: 1_000_000_000, whole: true, optional: true },
  attempts: { min: 1, max: 1_000, whole: true, optional: true },
  priority: { min: 0, max: 2_097_151, whole: true, optional: true },
} satisfies Record<string, NumberRule>;

/** The server's bounds of `everyMs`: a second, and a year. */
const [leastMs, mostMs] = [1_000, 366 * 86_400_000];

export function readNewSchedule(texts: ScheduleTexts): ReadSchedule<CreateScheduleRequest> {
  const { problems, everyMs, numbers } = readTimes(texts);
  const dataProblem = jsonProblem(texts.data);
  const all: ScheduleProblems = {
    ...(texts.queueName === '' && { queueName: 'Choose a queue.' }),
    ...(texts.scheduleId.trim() === '' && { scheduleId: 'Give it an id: it is changed and removed by that.' }),
    ...(dataProblem !== undefined && { data: dataProblem }),
    ...problems,
  };
  if (Object.keys(all).length > 0) return { problems: all, request: undefined };
  return {
    problems: {},
    request: {
      queueName: texts.queueName,
      scheduleId: texts.scheduleId.trim(),
      jobName: texts.jobName.trim(),
      ...(texts.kind === 'cron' ? { pattern: texts.pattern.trim() } : { everyMs }),
      ...(texts.tz.trim() && texts.kind === 'cron' && { tz: texts.tz.trim() }),
      ...(texts.startAt && { startAt: texts.startAt }),
      ...(texts.endAt && { endAt: texts.endAt }),
      ...numbers,
      data: JSON.parse(texts.data),
    },
  };
}

/** Only what was changed; what was emptied is taken away. */
export function readScheduleEdit(texts: ScheduleTexts, before: ScheduleTexts): ReadSchedule<UpdateScheduleRequest> {
  const { problems, everyMs, numbers } = readTimes(texts);
  const dataProblem = texts.data === '' ? undefined : jsonProblem(texts.data);
  if (dataProblem !== undefined) problems.data = dataProblem;
  if (Object.keys(problems).length > 0) return { problems, request: undefined };
  const changed = (...fields: ScheduleField[]) => fields.some((field) => texts[field] !== before[field]);
  const cron = texts.kind === 'cron';
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
  return {
    problems: {},
    request: {
      ...(changed('jobName') && { jobName: texts.jobName.trim() }),
      ...(cron && changed('kind', 'pattern') && { pattern: texts.pattern.trim() }),
      ...(!cron && changed('kind', 'everyMs', 'unit') && { everyMs }),
      ...(cron && changed('tz') && { tz: orNull(texts.tz) }),
      ...(changed('startAt') && { startAt: orNull(texts.startAt) }),
      ...(changed('endAt') && { endAt: orNull(texts.endAt) }),
      ...(changed('limit') && { limit: numbers.limit ?? null }),
      ...(changed('attempts') && { attempts: numbers.attempts ?? null }),
      ...(changed('priority') && { priority: numbers.priority ?? null }),
      ...(texts.data !== '' && { data: JSON.parse(texts.data) }),
    },
  };
}

function readTimes(texts: ScheduleTexts) {
  const problems: ScheduleProblems = {};
  if (texts.jobName.trim() === '') problems.jobName = 'Say what its jobs are called: handlers go by it.';
  const unitMs = everyUnits[texts.unit as EveryUnit] ?? 1_000;
  const every = readNumber(texts.everyMs, { min: leastMs / unitMs, max: mostMs / unitMs });
  if (texts.kind === 'every' && every.problem !== undefined) problems.everyMs = every.problem;
  if (
    texts.kind === 'cron' &&
    ![5, 6].includes(texts.pattern.trim().split(/\s+/).length) &&
    !/^@\w+$/.test(texts.pattern.trim())
  ) {
    problems.pattern = 'A pattern has five fields: minute, hour, day, month, weekday; or six, with seconds first.';
  }
  if (texts.startAt !== '' && texts.endAt !== '' && texts.startAt >= texts.endAt) {
    problems.endAt = 'Must be later than the start.';
  }
  const numbers: { limit?: number; attempts?: number; priority?: number } = {};
  for (const field of ['limit', 'attempts', 'priority'] as const) {
    const read = readNumber(texts[field], rules[field]);
    if (read.problem !== undefined) problems[field] = read.problem;
    else if (read.value !== undefined) numbers[field] = read.value;
  }
  return { problems, numbers, everyMs: every.value === undefined ? undefined : Math.round(every.value * unitMs) };
}
