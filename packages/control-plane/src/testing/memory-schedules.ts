import { Fault, type Schedule, type ScheduleGateway } from '@drover/core';

/** Schedules in memory; the next run of an interval is due at once, of a pattern in an hour. */
export class MemorySchedules implements ScheduleGateway {
  readonly held = new Map<string, Schedule>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async list(queueName: string, limit: number): Promise<readonly Schedule[]> {
    const own = [...this.held.values()].filter((schedule) => schedule.queueName === queueName);
    return own.sort((a, b) => (a.nextAtMs ?? 0) - (b.nextAtMs ?? 0)).slice(0, limit);
  }

  async get(queueName: string, scheduleId: string): Promise<Schedule | null> {
    return this.held.get(`${queueName}/${scheduleId}`) ?? null;
  }

  put: ScheduleGateway['put'] = async (definition) => {
    const nowMs = this.#nowMs();
    if (definition.endAtMs !== null && definition.endAtMs < nowMs) throw new Fault('invalid_input', 'never runs');
    const nextAtMs = definition.startAtMs ?? (definition.everyMs === null ? nowMs + 3_600_000 : nowMs);
    const schedule = { ...definition, nextAtMs, runs: 1 };
    this.held.set(`${definition.queueName}/${definition.scheduleId}`, schedule);
    return schedule;
  };

  async remove(queueName: string, scheduleId: string): Promise<boolean> {
    return this.held.delete(`${queueName}/${scheduleId}`);
  }

  async overdue(queueNames: readonly string[], beforeMs: number) {
    const heads = await Promise.all(queueNames.map((name) => this.list(name, 1)));
    return heads.flat().flatMap(({ queueName, scheduleId, nextAtMs }) => {
      return nextAtMs !== null && nextAtMs < beforeMs ? [{ queueName, scheduleId, nextAtMs }] : [];
    });
  }
}
