import type { ScheduleInfo, ScheduleList } from '@drover/contract';
import { type Clock, type Engine, Fault, type Schedule, type ScheduleDefinition } from '@drover/core';
import type { Reads } from '../reads.js';
import { type PausedSchedule, PausedSchedules } from './paused-schedules.js';
import { checkTimes, earlierRuns } from './run-times.js';
import { runId, toInfo } from './schedule-info.js';

export interface SchedulesOptions {
  readonly engine: Pick<Engine, 'schedules' | 'jobs' | 'records' | 'queues'>;
  readonly reads: Pick<Reads, 'current'>;
  readonly clock: Clock;
  /** Watches only: everything that would change a schedule is refused. */
  readonly observes?: boolean;
}

export type ScheduleChange = {
  readonly [F in keyof Omit<ScheduleDefinition, 'queueName' | 'scheduleId'>]?: ScheduleDefinition[F];
};

export type ChangeOf = (options: Schedule['options']) => ScheduleChange;

export interface SchedulesService {
  list(queueName?: string): Promise<ScheduleList>;
  get(queueName: string, scheduleId: string): Promise<ScheduleInfo>;
  create(definition: ScheduleDefinition): Promise<ScheduleInfo>;
  /** `changeOf` gets the job options that it has. */
  update(queueName: string, scheduleId: string, changeOf: ChangeOf): Promise<Edited>;
  remove(queueName: string, scheduleId: string): Promise<ScheduleInfo>;
  /** Both answer `before` and `after`; done twice, they change nothing. */
  pause(queueName: string, scheduleId: string, by: string): Promise<Edited>;
  resume(queueName: string, scheduleId: string): Promise<Edited>;
  /** One run more, now; those of the schedule come as they would. Answers the job's id. */
  run(queueName: string, scheduleId: string): Promise<string>;
}

export interface Edited {
  readonly before: ScheduleInfo;
  readonly after: ScheduleInfo;
}

const MOST_LISTED = 300;
const RUNS_LISTED = 5;
const RUNS_SHOWN = 10;
/** Dashboards that look at the same moment share a look. */
const FRESH_MS = 1_000;

/** A live one and what was kept of its pause: the live one counts, for an application may have made it again. */
interface Found {
  readonly live: Schedule | null;
  readonly paused: PausedSchedule | null;
}

export function createSchedules({ engine, reads, clock, observes = false }: SchedulesOptions): SchedulesService {
  const { schedules, jobs } = engine;
  const kept = new PausedSchedules(engine.records);
  const lists = new Map<string | undefined, { readonly answer: Promise<ScheduleList>; readonly untilMs: number }>();

  const requireSteering = (): void => {
    lists.clear();
    if (!observes) return;
    throw new Fault(
      'conflict',
      'This control plane only observes: it changes no schedules. Start it without --observe.',
    );
  };

  const find = async (queueName: string, scheduleId: string): Promise<Found> => {
    const [live, paused] = await Promise.all([schedules.get(queueName, scheduleId), kept.get(queueName, scheduleId)]);
    if (live || paused) return { live, paused };
    throw new Fault('not_found', `The queue ${queueName} has no schedule "${scheduleId}".`);
  };

  const show = async (all: readonly (Schedule | PausedSchedule)[], count: number): Promise<ScheduleInfo[]> => {
    const asked = all.map((each) => {
      const schedule = 'schedule' in each ? each.schedule : each;
      return { each, schedule, dueAtMs: earlierRuns(schedule, schedule.nextAtMs, count) };
    });
    const refs = asked.flatMap(({ schedule, dueAtMs }) =>
      dueAtMs.map((atMs) => ({ queueName: schedule.queueName, jobId: runId(schedule.scheduleId, atMs) })),
    );
    const rows = refs.length === 0 ? [] : await jobs.find(refs);
    let from = 0;
    return asked.map(({ each, dueAtMs }) => {
      const own = rows.slice(from, from + dueAtMs.length);
      from += dueAtMs.length;
      const runs = dueAtMs.flatMap((atMs, index) => {
        const row = own[index];
        return row ? [{ dueAtMs: atMs, row }] : [];
      });
      return toInfo(each, runs, clock.nowMs(), count);
    });
  };

  const one = async (found: Schedule | PausedSchedule): Promise<ScheduleInfo> => {
    const [info] = await show([found], RUNS_SHOWN);
    if (info === undefined) throw new Error('a schedule was lost between its reading and its telling');
    return info;
  };

  const current = ({ live, paused }: Found): Schedule | PausedSchedule => {
    const found = live ?? paused;
    if (found === null) throw new Error('a schedule that is neither live nor paused');
    return found;
  };

  const readList = async (queueName?: string): Promise<ScheduleList> => {
    const names = queueName === undefined ? await queueNames() : [queueName];
    // Most queues have none: which have, is known in a few round trips.
    const heads = await schedules.overdue(names, Number.MAX_SAFE_INTEGER);
    const found: Schedule[] = [];
    for (const head of heads) {
      if (found.length > MOST_LISTED) break;
      found.push(...(await schedules.list(head.queueName, MOST_LISTED + 1)));
    }
    const live = new Set(found.map(({ queueName: queue, scheduleId }) => JSON.stringify([queue, scheduleId])));
    const paused = (await kept.list(queueName)).filter(
      ({ schedule }) => !live.has(JSON.stringify([schedule.queueName, schedule.scheduleId])),
    );
    const all = [...found.sort((a, b) => (a.nextAtMs ?? 0) - (b.nextAtMs ?? 0)), ...paused];
    return { schedules: await show(all.slice(0, MOST_LISTED), RUNS_LISTED), truncated: all.length > MOST_LISTED };
  };

  const queueNames = async (): Promise<readonly string[]> => {
    const snapshot = reads.current();
    return snapshot === null ? engine.queues.discover() : snapshot.queues.map((queue) => queue.queueName);
  };

  return {
    list(queueName) {
      const held = lists.get(queueName);
      if (held && held.untilMs > clock.monotonicMs()) return held.answer;
      // The caller chooses the name.
      if (lists.size > 100) lists.clear();
      const answer = readList(queueName);
      lists.set(queueName, { answer, untilMs: clock.monotonicMs() + FRESH_MS });
      answer.catch(() => lists.delete(queueName));
      return answer;
    },

    get: async (queueName, scheduleId) => one(current(await find(queueName, scheduleId))),

    async create(definition) {
      requireSteering();
      checkTimes(definition);
      const { queueName, scheduleId } = definition;
      const taken = (await schedules.get(queueName, scheduleId)) ?? (await kept.get(queueName, scheduleId));
      if (taken) throw new Fault('conflict', `The queue ${queueName} has a schedule "${scheduleId}" already.`);
      return one(await schedules.put(definition));
    },

    async update(queueName, scheduleId, changeOf) {
      requireSteering();
      const found = await find(queueName, scheduleId);
      const before = await one(current(found));
      const { live, paused } = found;
      if (live) {
        const next = { ...live, ...changeOf(live.options) };
        checkTimes(next);
        return { before, after: await one(await schedules.put(next)) };
      }
      if (!paused) throw new Error('a schedule that is neither live nor paused');
      const next = { ...paused, schedule: { ...paused.schedule, ...changeOf(paused.schedule.options) } };
      checkTimes(next.schedule);
      await kept.keep(next);
      return { before, after: await one(next) };
    },

    async remove(queueName, scheduleId) {
      requireSteering();
      const found = await find(queueName, scheduleId);
      const before = await one(current(found));
      // What is kept first: if the second fails, the schedule is there still, and the call can be repeated.
      if (found.paused) await kept.drop(queueName, scheduleId);
      await schedules.remove(queueName, scheduleId);
      return before;
    },

    async pause(queueName, scheduleId, by) {
      requireSteering();
      const found = await find(queueName, scheduleId);
      const before = await one(current(found));
      if (!found.live) return { before, after: before };
      // Kept before it is removed: killed in between, both are there, and the live one counts.
      const paused = { schedule: found.live, pausedAtMs: clock.nowMs(), pausedBy: by };
      await kept.keep(paused);
      await schedules.remove(queueName, scheduleId);
      return { before, after: await one(paused) };
    },

    async resume(queueName, scheduleId) {
      requireSteering();
      const found = await find(queueName, scheduleId);
      const before = await one(current(found));
      const { live, paused } = found;
      const made = live ?? (paused && (await schedules.put(afterPause(paused.schedule, clock.nowMs()))));
      if (paused) await kept.drop(queueName, scheduleId);
      return { before, after: made ? await one(made) : before };
    },

    async run(queueName, scheduleId) {
      requireSteering();
      const { live, paused } = await find(queueName, scheduleId);
      const schedule = live ?? paused?.schedule;
      if (!schedule) throw new Error('a schedule that is neither live nor paused');
      const { jobName, data, options } = schedule;
      return jobs.add({ queueName, name: jobName, data, options });
    },
  };
}

/** As it was, with the runs that are left; an interval keeps its beat, instead of running at once. */
function afterPause(schedule: Schedule, nowMs: number): ScheduleDefinition {
  const { nextAtMs, runs, ...definition } = schedule;
  const { everyMs, limit } = definition;
  const lateMs = nextAtMs === null ? 0 : Math.max(0, nowMs - nextAtMs);
  return {
    ...definition,
    ...(everyMs !== null && nextAtMs !== null && { startAtMs: nextAtMs + Math.ceil(lateMs / everyMs) * everyMs }),
    // The run that was made in advance counted, and was taken away.
    ...(limit !== null && { limit: Math.max(1, limit - Math.max(0, runs - 1)) }),
  };
}
