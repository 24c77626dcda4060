import type { DueSchedule, Schedule, ScheduleDefinition, ScheduleGateway } from '@drover/core';
import type { BullSchedules } from '../bullmq/bull-schedules.js';
import { chunked } from '../chunked.js';
import { asArray, type RedisLink, RedisScript } from './redis-link.js';

/** One command a queue: about half a millisecond of Redis. */
const ASKED_TOGETHER = 250;

/**
 * KEYS: the schedules of each queue. ARGV: an instant (ms). Answers `[index, id, due]` for each queue
 * whose first schedule is due before it. Somebody's key of that name is one queue's trouble, not the others'.
 */
const overdueScript = new RedisScript(`
local due = {}
for index, key in ipairs(KEYS) do
  local head = redis.pcall('ZRANGEBYSCORE', key, '-inf', '(' .. ARGV[1], 'WITHSCORES', 'LIMIT', 0, 1)
  if head[1] then due[#due + 1] = { index, head[1], head[2] } end
end
return due
`);

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
      const keys = names.map((name) => `${this.prefix}:${name}:repeat`);
      const heads = asArray(await this.link.script(overdueScript, keys, [beforeMs]));
      for (const head of heads) {
        const [index, scheduleId, score] = asArray(head);
        const queueName = names[Number(index) - 1];
        if (queueName !== undefined) due.push({ queueName, scheduleId: String(scheduleId), nextAtMs: Number(score) });
      }
    }
    return due;
  }
}
