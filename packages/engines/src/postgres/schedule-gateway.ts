import type { DueSchedule, Schedule, ScheduleDefinition, ScheduleGateway } from '@drover/core';
import type { BullSchedules } from '../bullmq/bull-schedules.js';
import type { PostgresLink } from './postgres-link.js';

export class PostgresScheduleGateway implements ScheduleGateway {
  private readonly link: PostgresLink;
  private readonly schedules: BullSchedules;

  constructor(link: PostgresLink, schedules: BullSchedules) {
    this.link = link;
    this.schedules = schedules;
  }

  list(queueName: string, limit: number): Promise<readonly Schedule[]> {
    return this.schedules.list(queueName, limit);
  }

  get(queueName: string, scheduleId: string): Promise<Schedule | null> {
    return this.schedules.get(queueName, scheduleId);
  }

  put(definition: ScheduleDefinition): Promise<Schedule> {
    return this.schedules.put(definition);
  }

  remove(queueName: string, scheduleId: string): Promise<boolean> {
    return this.schedules.remove(queueName, scheduleId);
  }

  async overdue(queueNames: readonly string[], beforeMs: number): Promise<readonly DueSchedule[]> {
    const rows = await this.link.query<{ queue: string; scheduler_id: string; next_run_ms: string }>(
      `SELECT DISTINCT ON (queue) queue, scheduler_id, next_run_ms FROM scheduler
       WHERE queue = ANY($1) AND next_run_ms < $2 ORDER BY queue, next_run_ms`,
      [queueNames, beforeMs],
    );
    return rows.map(({ queue, scheduler_id: scheduleId, next_run_ms: nextAtMs }) => ({
      queueName: queue,
      scheduleId,
      nextAtMs: Number(nextAtMs),
    }));
  }
}
