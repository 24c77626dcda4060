import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QueueSystemApiClient } from '@drover/client';
import { apiBasePath } from '@drover/contract';
import { type RedisServer, startRedis } from '@drover/testkit';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ServerProcess } from '../support/server-process.js';

const example = fileURLToPath(new URL('../../examples/express', import.meta.url));

let redis: RedisServer;
let queue: Queue;
let host: ServerProcess;

beforeAll(async () => {
  redis = await startRedis();
  queue = new Queue('email-sending', { connection: { host: '127.0.0.1', port: redis.port } });
  await queue.add('welcome', { to: 'ada' });
  host = await ServerProcess.start([join('src', 'server.mjs')], example, {
    PORT: '0',
    DROVER_ENGINE: redis.url,
    ADA_PASSWORD: 'a secret of ada',
    GRACE_PASSWORD: 'a secret of grace',
  });
});

afterAll(async () => {
  await host?.stop();
  await queue?.close();
  await redis?.stop();
});

/** Signs in at the host, and calls Drover with the host's cookie. */
async function clientOf(name: string, password: string): Promise<QueueSystemApiClient> {
  const response = await fetch(`${host.url}/sign-in`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name, password }),
  });
  const Cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return new QueueSystemApiClient({ baseUrl: `${host.url}${apiBasePath}`, headers: { Cookie } });
}

it('serves whom the host signed in, with the role that the host gave', async () => {
  const ada = await clientOf('ada', 'a secret of ada');
  await vi.waitFor(
    async () => {
      const [health] = await ada.getQueuesHealth();
      expect(health).toMatchObject({ queueName: 'email-sending', metrics: { waiting: 1 } });
    },
    { timeout: 30_000, interval: 250 },
  );
  const grace = await clientOf('grace', 'a secret of grace');
  expect(await grace.getDashboardSummary()).toMatchObject({ totalQueues: 1 });
  await expect(grace.pauseQueue('email-sending')).rejects.toMatchObject({ status: 403, requiredRole: 'operator' });
  const nobody = await clientOf('ada', 'not her secret');
  await expect(nobody.getDashboardSummary()).rejects.toMatchObject({ status: 401, code: 'unauthenticated' });
});

it('carries changes and the event stream, behind express.json()', async () => {
  const ada = await clientOf('ada', 'a secret of ada');
  expect(await ada.pauseQueue('email-sending')).toMatchObject({ success: true, status: 'paused' });
  expect(await queue.isPaused()).toBe(true);
  expect(await ada.cleanQueue('email-sending', { status: 'completed', limit: 10 })).toMatchObject({ removed: 0 });
  const seen = vi.fn();
  const stream = ada.openEvents({ onSnapshot: seen, onDelta: seen });
  await vi.waitFor(() => expect(seen.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 });
  stream.close();
});

it('ends in order, streams and all', async () => {
  const ada = await clientOf('ada', 'a secret of ada');
  const opened = vi.fn();
  const stream = ada.openEvents({ onSnapshot: opened, onDelta: () => undefined });
  await vi.waitFor(() => expect(opened).toHaveBeenCalled(), { timeout: 20_000 });
  expect(await host.stop()).toBe(0);
  stream.close();
});
