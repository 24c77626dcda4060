import { type RedisServer, startRedis } from '@drover/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseEngineUrl } from '../engine-url.js';
import { QueueDiscovery } from './queue-discovery.js';
import { RedisLink } from './redis-link.js';

const QUEUES = 300;
/** Some 130 pages of SCAN. */
const OTHER_KEYS = 100_000;

let server: RedisServer;
let link: RedisLink;
beforeAll(async () => {
  server = await startRedis();
  const target = parseEngineUrl(server.url);
  if (target.kind !== 'redis') throw new Error(target.kind);
  link = new RedisLink(target, () => undefined);
  await link.connect(5000);
  await link.client.eval(
    `for i = 1, ${OTHER_KEYS} do redis.call('SET', 'other:' .. i, '') end
     for i = 1, ${QUEUES} do redis.call('HSET', 'bull:queue-' .. i .. ':meta', 'version', '1') end`,
    0,
  );
});
afterAll(async () => {
  await link.close();
  await server.stop();
});

async function scans(): Promise<number> {
  return Number(/cmdstat_scan:calls=(\d+)/.exec(await link.client.info('commandstats'))?.[1] ?? 0);
}

it('has seen a big key space once within a few calls, and takes a page a call from then on', async () => {
  const discovery = new QueueDiscovery(link, 'bull');
  const found: number[] = [];
  while (found.at(-1) !== QUEUES && found.length < 8) found.push((await discovery.discover()).length);
  expect(found.at(-1)).toBe(QUEUES);
  expect(found.length).toBeGreaterThan(1);
  expect(await scans()).toBeLessThanOrEqual(50 + 20 * (found.length - 1));

  // The pages of the first round that are left, and the first one after it.
  await discovery.discover();
  await discovery.discover();
  const before = await scans();
  expect(await discovery.discover()).toHaveLength(QUEUES);
  expect((await scans()) - before).toBe(1);
});
