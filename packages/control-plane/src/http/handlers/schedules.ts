import type { schedulesRoutes, UpdateScheduleRequest } from '@drover/contract';
import type { RunningService } from '../../use-cases/running/running-jobs.js';
import type { ScheduleChange, SchedulesService } from '../../use-cases/schedules/schedules-service.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

export interface SchedulesHandlerOptions {
  readonly schedules: SchedulesService;
  readonly running: RunningService;
  /** Rejects with `not_found`: a mistyped name must not make a queue. */
  readonly requireQueue: (queueName: string) => Promise<void>;
  /** Throws `invalid_input` for a payload that the queue does not take. */
  readonly checkData: (queueName: string, data: unknown) => void;
}

const DEFAULT_RUNNING = 200;

/** What runs by the clock, and what runs now. */
export function createSchedulesHandlers({
  schedules,
  running,
  requireQueue,
  checkData,
}: SchedulesHandlerOptions): HandlersOf<typeof schedulesRoutes> {
  return {
    getSchedules: async ({ query }) => jsonReply(await schedules.list(query.queueName)),

    getSchedule: async ({ params }) => jsonReply(await schedules.get(params.queueName, params.scheduleId)),

    async createSchedule({ body }, { noteChange }) {
      const { queueName, scheduleId, jobName, data = {}, attempts, priority } = body;
      await requireQueue(queueName);
      checkData(queueName, data);
      const schedule = await schedules.create({
        ...{ queueName, scheduleId, jobName },
        pattern: body.pattern ?? null,
        everyMs: body.everyMs ?? null,
        tz: body.tz ?? null,
        startAtMs: body.startAt?.getTime() ?? null,
        endAtMs: body.endAt?.getTime() ?? null,
        limit: body.limit ?? null,
        data: JSON.stringify(data),
        options: { ...(attempts !== undefined && { attempts }), ...(priority !== undefined && { priority }) },
      });
      noteChange({ target: targetOf(schedule), after: { ...spokenOf(schedule) } });
      return jsonReply({ success: true, schedule });
    },

    async updateSchedule({ params: { queueName, scheduleId }, body }, { noteChange }) {
      if (body.data !== undefined) checkData(queueName, body.data);
      const { before, after } = await schedules.update(queueName, scheduleId, (held) => changeOf(body, held));
      noteChange({ target: targetOf(after), before: spokenOf(before), after: spokenOf(after) });
      return jsonReply({ success: true, schedule: after });
    },

    async deleteSchedule({ params: { queueName, scheduleId } }, { noteChange }) {
      const before = await schedules.remove(queueName, scheduleId);
      noteChange({ target: targetOf(before), before: spokenOf(before) });
      return jsonReply({ success: true, queueName, scheduleId });
    },

    async pauseSchedule({ params: { queueName, scheduleId } }, { identity, noteChange }) {
      const { before, after } = await schedules.pause(queueName, scheduleId, identity.actor);
      noteChange({ target: targetOf(after), before: { paused: before.paused }, after: { paused: after.paused } });
      return jsonReply({ success: true, schedule: after });
    },

    async resumeSchedule({ params: { queueName, scheduleId } }, { noteChange }) {
      const { before, after } = await schedules.resume(queueName, scheduleId);
      noteChange({ target: targetOf(after), before: { paused: before.paused }, after: { paused: after.paused } });
      return jsonReply({ success: true, schedule: after });
    },

    async runSchedule({ params: { queueName, scheduleId } }, { noteChange }) {
      const jobId = await schedules.run(queueName, scheduleId);
      noteChange({ target: targetOf({ queueName, scheduleId }), details: { jobId } });
      return jsonReply({ success: true, queueName, scheduleId, jobId });
    },

    getRunningJobs: async ({ query: { queueName, workerId, limit = DEFAULT_RUNNING } }) =>
      jsonReply(await running.read({ queueName, workerId, limit })),
  };
}

interface Named {
  readonly queueName: string;
  readonly scheduleId: string;
}

function targetOf({ queueName, scheduleId }: Named): string {
  return `schedule:${queueName}/${scheduleId}`;
}

/** What the audit log keeps: what it does and when, not how it stands. */
function spokenOf(info: Awaited<ReturnType<SchedulesService['get']>>) {
  const { jobName, pattern, everyMs, tz, startAt, endAt, limit, dataBytes } = info;
  return { jobName, pattern, everyMs, tz, startAt, endAt, limit, dataBytes };
}

type Body = {
  readonly [F in keyof UpdateScheduleRequest]: F extends 'startAt' | 'endAt'
    ? Date | null | undefined
    : UpdateScheduleRequest[F];
};

function changeOf(body: Body, options: Readonly<Record<string, unknown>>): ScheduleChange {
  const { jobName, pattern, everyMs, tz, startAt, endAt, limit, data, attempts, priority } = body;
  return {
    ...(jobName !== undefined && { jobName }),
    // One takes the other's place.
    ...(pattern !== undefined && { pattern, everyMs: null }),
    ...(everyMs !== undefined && { everyMs, pattern: null }),
    ...(tz !== undefined && { tz }),
    ...(startAt !== undefined && { startAtMs: startAt?.getTime() ?? null }),
    ...(endAt !== undefined && { endAtMs: endAt?.getTime() ?? null }),
    ...(limit !== undefined && { limit }),
    ...(data !== undefined && { data: JSON.stringify(data) }),
    ...((attempts !== undefined || priority !== undefined) && {
      options: withField(withField(options, 'attempts', attempts), 'priority', priority),
    }),
  };
}

/** `null` takes it away, undefined leaves it. */
function withField(
  options: Readonly<Record<string, unknown>>,
  name: string,
  value: number | null | undefined,
): Readonly<Record<string, unknown>> {
  if (value === undefined) return options;
  const { [name]: _, ...others } = options;
  return value === null ? others : { ...others, [name]: value };
}
