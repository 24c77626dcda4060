import { Fault, type Schedule, type ScheduleDefinition } from '@drover/core';
import { ErrorCode, type IQueueBackend, type JobScheduler, type JobSchedulerJson } from 'bullmq';
import { chunked } from '../chunked.js';

export type EngineScheduler = JobScheduler<IQueueBackend, unknown> & { readonly backend: IQueueBackend };

/** Read at once: each is a round trip, and they share a connection. */
const READ_TOGETHER = 50;
const IDLE_SCHEDULERS = 200;

/**
 * Schedules by BullMQ's own class, whose scripts keep a schedule and the job it made together.
 * Reads go past its list, which removes entries that it cannot read, and fails as a whole for
 * one of BullMQ 5.
 */
export class BullSchedules {
  private readonly held = new Map<string, EngineScheduler>();

  constructor(
    private readonly open: (queueName: string) => EngineScheduler,
    private readonly toFault: (error: unknown) => Fault,
  ) {}

  async list(queueName: string, limit: number): Promise<readonly Schedule[]> {
    return this.run(queueName, async (scheduler) => {
      const pairs = await scheduler.backend.getJobSchedulersRange(0, limit - 1, true);
      const ids = pairs.filter((_, index) => index % 2 === 0);
      const found: (Schedule | null)[] = [];
      for (const part of chunked(ids, READ_TOGETHER)) {
        found.push(...(await Promise.all(part.map((id) => read(scheduler, queueName, id)))));
      }
      return found.filter((schedule) => schedule !== null);
    });
  }

  get(queueName: string, scheduleId: string): Promise<Schedule | null> {
    return this.run(queueName, (scheduler) => read(scheduler, queueName, scheduleId));
  }

  async put(definition: ScheduleDefinition): Promise<Schedule> {
    const { queueName, scheduleId, jobName, pattern, everyMs, tz, startAtMs, endAtMs, limit, data, options } =
      definition;
    return this.run(queueName, async (scheduler) => {
      const repeat = {
        ...(pattern !== null && { pattern }),
        ...(everyMs !== null && { every: everyMs }),
        ...(tz !== null && { tz }),
        ...(startAtMs !== null && { startDate: startAtMs }),
        ...(endAtMs !== null && { endDate: endAtMs }),
        ...(limit !== null && { limit }),
      };
      const how = { override: true };
      const job = await scheduler
        .upsertJobScheduler(scheduleId, repeat, jobName, JSON.parse(data), options, how)
        .catch((error: unknown) => {
          if (isBusy(error)) throw new Fault('conflict', `The schedule ${scheduleId} runs at this moment. Try again.`);
          throw error;
        });
      const made = job && (await read(scheduler, queueName, scheduleId));
      if (!made) throw new Fault('invalid_input', `The schedule ${scheduleId} would never run.`);
      return made;
    });
  }

  remove(queueName: string, scheduleId: string): Promise<boolean> {
    return this.run(queueName, async (scheduler) => {
      const there = await scheduler.isJobScheduler(scheduleId);
      if (there) await scheduler.removeJobScheduler(scheduleId);
      return there;
    });
  }

  async close(): Promise<void> {
    const schedulers = [...this.held.values()];
    this.held.clear();
    await Promise.allSettled(schedulers.map((scheduler) => scheduler.close()));
  }

  private async run<T>(queueName: string, work: (scheduler: EngineScheduler) => Promise<T>): Promise<T> {
    try {
      return await work(this.schedulerOf(queueName));
    } catch (error) {
      throw this.toFault(error);
    }
  }

  private schedulerOf(queueName: string): EngineScheduler {
    const known = this.held.get(queueName);
    if (known !== undefined) return known;
    const [oldest] = this.held.keys();
    if (this.held.size >= IDLE_SCHEDULERS && oldest !== undefined) {
      this.held
        .get(oldest)
        ?.close()
        .catch(() => undefined);
      this.held.delete(oldest);
    }
    const scheduler = this.open(queueName);
    // Unheard, an 'error' event would end the process; the call itself rejects as well.
    scheduler.on('error', () => undefined);
    this.held.set(queueName, scheduler);
    return scheduler;
  }
}

async function read(scheduler: EngineScheduler, queueName: string, scheduleId: string): Promise<Schedule | null> {
  // What is no scheduler is one of BullMQ 5, or went since the list was read.
  if (!(await scheduler.isJobScheduler(scheduleId))) return null;
  const found = await scheduler.getScheduler(scheduleId);
  return found ? toSchedule(queueName, scheduleId, found) : null;
}

function toSchedule(queueName: string, scheduleId: string, found: JobSchedulerJson): Schedule {
  const { name, pattern, every, tz, startDate, endDate, limit, next, iterationCount, template } = found;
  return {
    queueName,
    scheduleId,
    jobName: name,
    pattern: pattern ?? null,
    everyMs: every ?? null,
    tz: tz ?? null,
    startAtMs: startDate ?? null,
    endAtMs: endDate ?? null,
    limit: limit ?? null,
    data: JSON.stringify(template?.data ?? {}),
    options: { ...template?.opts },
    nextAtMs: next ?? null,
    runs: iterationCount ?? 0,
  };
}

function isBusy(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === ErrorCode.SchedulerJobIdCollision || code === ErrorCode.SchedulerJobSlotsBusy;
}
