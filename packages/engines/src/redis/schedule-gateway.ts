import type { DueSchedule, Schedule, ScheduleDefinition, ScheduleGateway } from '@drover/core';
import type { BullSchedules } from '../bullmq/bull-schedules.js';
import { chunked } from '../chunked.js';
import type { RedisLink } from './redis-link.js';

const ASKED_TOGETHER = 100;

export class RedisScheduleGateway implements ScheduleGateway {
  private readonly link: RedisLink;
  private readonly prefix: string;
  private readonly schedules: BullSchedules;

  constructor(link: RedisLink, prefix: string, schedules: BullSchedules) {
    this.link = link;
    this.prefix = prefix;
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
    const due: DueSchedule[] = [];
    for (const names of chunked(queueNames, ASKED_TOGETHER)) {
      // One command a queue, in one write to the socket: their keys lie in different slots of a cluster.
      const heads = await this.link.run((client) =>
        Promise.all(names.map((name) => earliest(client, `${this.prefix}:${name}:repeat`, beforeMs))),
      );
      names.forEach((queueName, index) => {
        const [scheduleId, score] = heads[index] ?? [];
        if (scheduleId !== undefined) due.push({ queueName, scheduleId, nextAtMs: Number(score) });
      });
    }
    return due;
  }
}

type Client = Parameters<Parameters<RedisLink['run']>[0]>[0];

async function earliest(client: Client, key: string, beforeMs: number): Promise<readonly string[]> {
  try {
    return await client.zrangebyscore(key, '-inf', `(${beforeMs}`, 'WITHSCORES', 'LIMIT', 0, 1);
  } catch (error) {
    // Somebody's key of that name: one queue's trouble is not the others'.
    if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return [];
    throw error;
  }
}
