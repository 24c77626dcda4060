import { type EngineQueue, openQueues } from '@drover/engines';
import { Redis } from 'ioredis';
import pg from 'pg';

const CHUNK = 2_000;

/** Adds jobs, every second one with a priority, and leaves them as a worker leaves jobs that failed for good. */
export async function addFailedJobs(url: string, queueName: string, count: number): Promise<void> {
  const queues = await openQueues(url);
  const queue = queues.queue(queueName);
  await queue.pause();
  for (let added = 0; added < count; added += CHUNK) await addChunk(queue, added);
  await queues.close();
  await (url.startsWith('redis') ? failOnRedis(url, queueName) : failOnPostgres(url, queueName));
}

async function addChunk(queue: EngineQueue, from: number): Promise<void> {
  await queue.addBulk(
    Array.from({ length: CHUNK }, (_, index) => ({
      name: 'charge',
      data: { order: from + index, note: 'x'.repeat(200) },
      opts: index % 2 === 0 ? { attempts: 1 } : { attempts: 1, priority: 1 + (index % 20) },
    })),
  );
}

async function failOnRedis(url: string, queueName: string): Promise<void> {
  const client = new Redis(url);
  const base = `bull:${queueName}:`;
  const script = `
    local ids = redis.call('LPOP', KEYS[1] .. 'wait', 1000) or {}
    for _, entry in ipairs(redis.call('ZPOPMIN', KEYS[1] .. 'prioritized', 1000)) do
      if #entry > 0 and redis.call('EXISTS', KEYS[1] .. entry) == 1 then ids[#ids + 1] = entry end
    end
    for _, id in ipairs(ids) do
      redis.call('HSET', KEYS[1] .. id, 'processedOn', ARGV[1], 'finishedOn', ARGV[1], 'failedReason', 'declined', 'atm', 1, 'ats', 1)
      redis.call('ZADD', KEYS[1] .. 'failed', ARGV[1], id)
    end
    return #ids`;
  const startMs = Date.now() - 3_600_000;
  for (let chunk = 0; Number(await client.eval(script, 1, base, startMs + chunk)) > 0; chunk++);
  client.disconnect();
}

async function failOnPostgres(url: string, queueName: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `UPDATE bullmq.job SET state = 'failed', attempts_made = 1, attempts_started = 1, failed_reason = 'declined',
       processed_at_ms = $2::bigint + seq, finished_at_ms = $2::bigint + seq WHERE queue = $1`,
    [queueName, Date.now() - 3_600_000],
  );
  await client.query('VACUUM ANALYZE bullmq.job');
  await client.end();
}
