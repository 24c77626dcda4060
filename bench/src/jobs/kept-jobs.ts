import { Redis } from 'ioredis';
import pg from 'pg';
import { addFailedJobs } from '../retry/failed-jobs.js';

/** Leaves a queue as workers leave it that keep what they finished: so many completed, so many failed. */
export async function addKeptJobs(url: string, queueName: string, completed: number, failed: number): Promise<void> {
  await addFailedJobs(url, queueName, completed + failed);
  await (url.startsWith('redis')
    ? completeOnRedis(url, queueName, completed)
    : completeOnPostgres(url, queueName, completed));
}

async function completeOnRedis(url: string, queueName: string, completed: number): Promise<void> {
  const client = new Redis(url);
  const script = `
    for _, id in ipairs(redis.call('ZRANGE', KEYS[1] .. 'failed', 0, ARGV[1] - 1)) do
      redis.call('ZADD', KEYS[1] .. 'completed', redis.call('ZSCORE', KEYS[1] .. 'failed', id), id)
      redis.call('ZREM', KEYS[1] .. 'failed', id)
      redis.call('HDEL', KEYS[1] .. id, 'failedReason')
      redis.call('HSET', KEYS[1] .. id, 'returnvalue', '{"ok":true}')
    end`;
  for (let left = completed; left > 0; left -= 1_000)
    await client.eval(script, 1, `bull:${queueName}:`, Math.min(left, 1_000));
  client.disconnect();
}

async function completeOnPostgres(url: string, queueName: string, completed: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(
    `UPDATE bullmq.job SET state = 'completed', failed_reason = NULL, return_value = '{"ok":true}'
     WHERE queue = $1 AND id IN (SELECT id FROM bullmq.job WHERE queue = $1 ORDER BY finished_at_ms LIMIT $2)`,
    [queueName, completed],
  );
  await client.query('VACUUM ANALYZE bullmq.job');
  await client.end();
}
