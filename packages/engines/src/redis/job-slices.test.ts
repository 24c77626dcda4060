import { type RedisServer, startRedis } from '@drover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEngineUrl } from '../engine-url.js';
import { RedisQueueOperations } from './queue-operations.js';
import { RedisLink } from './redis-link.js';

const JOBS = 10_000;
const DUE = 4096;

let server: RedisServer;
let link: RedisLink;
beforeAll(async () => {
  server = await startRedis();
  const target = parseEngineUrl(server.url);
  if (target.kind !== 'redis') throw new Error(target.kind);
  link = new RedisLink(target, () => undefined);
  await link.connect(5000);
});
afterAll(async () => {
  await link.close();
  await server.stop();
});

/** Jobs that all came due, or failed, in the same instant. */
async function giveTies(state: 'delayed' | 'failed'): Promise<void> {
  await link.client.flushall();
  await link.client.eval(
    `for i = 1, ${JOBS} do
       redis.call('HSET', 'bull:mail:job-' .. i, 'timestamp', '1', 'opts', '{}', 'data', '{}')
       redis.call('ZADD', 'bull:mail:${state}', ${DUE}, 'job-' .. i)
     end`,
    0,
  );
  await link.client.config('RESETSTAT');
}

/** How often any part of a sorted set was read. */
async function looks(): Promise<number> {
  const stats = await link.client.info('commandstats');
  const calls = [...stats.matchAll(/cmdstat_z(?:range|rangebyscore|rank|count|score):calls=(\d+)/g)];
  return calls.reduce((sum, [, count]) => sum + Number(count), 0);
}

it('counts jobs of one instant once each, and a later slice costs what the first did', async () => {
  await giveTies('delayed');
  const operations = new RedisQueueOperations(link, 'bull');
  expect(await operations.count({ queueName: 'mail', state: 'delayed', untilMs: 10 })).toBe(JOBS);
  const slices = JOBS / 500 + 1;
  expect(await looks()).toBeLessThanOrEqual(slices * 5);
});

it('retries jobs of one instant, all and once, though the job that a slice ended at is gone', async () => {
  await giveTies('failed');
  const operations = new RedisQueueOperations(link, 'bull');
  let [after, retried, slices]: [string | null, number, number] = [null, 0, 0];
  do {
    const slice = await operations.retryFailed('mail', DUE, { limit: 200, after });
    expect(slice.failures).toEqual([]);
    [after, retried, slices] = [slice.next, retried + slice.retried, slices + 1];
  } while (after !== null);
  expect(retried).toBe(JOBS);
  expect(await link.client.zcard('bull:mail:failed')).toBe(0);
  // Halving 10,000 takes 14 looks.
  expect(await looks()).toBeLessThanOrEqual(slices * 20);
});
