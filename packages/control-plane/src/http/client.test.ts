import { QueueSystemApiClient } from '@drover/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { firstTick, liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { apiToken, startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
let client: QueueSystemApiClient;
beforeAll(async () => {
  server = await startTestServer();
  client = new QueueSystemApiClient({ baseUrl: server.api, token: apiToken, retries: 0 });
});
afterAll(() => server.close());

it('reads through the real client what the monitor published, dates and all', async () => {
  const snapshot = liveSnapshot({ queues: [queueHealth('a/b', 3), queueHealth('größe')] });
  server.reads.publish(snapshot);
  expect(await client.getSystemHealth()).toEqual(snapshot.health);
  expect(await client.getDashboardSummary()).toEqual(snapshot.dashboard);
  expect(await client.getQueuesHealth()).toEqual(snapshot.queues);
  expect(await client.getWorkerMemory()).toEqual(snapshot.workers);
  expect(await client.getCurrentMemory()).toEqual(snapshot.memory);
  expect(await client.getStatus()).toEqual(server.reads.status());
  expect(await client.getQueueMetrics('a/b')).toEqual({ current: snapshot.queues[0]?.metrics });
  expect((await client.getQueueMetrics('größe', { historyLimit: 5, since: firstTick })).history).toHaveLength(1);
  expect((await client.getTrends({ rangeMs: 60_000 })).since).toEqual(firstTick);
  expect((await client.getExecutionStats('a/b')).queueName).toBe('a/b');
});

it('gets a typed failure from what it asks of things that are not there', async () => {
  const outcomes = await Promise.allSettled([
    client.acknowledgeAlert('a1'),
    client.getScalingDecision('nowhere'),
    client.getRateLimitStatus('unknownApi'),
    client.pauseQueue('nowhere'),
    client.retryFailedJobs('nowhere', 10),
    client.recycleWorker('w1', { reason: 'leak', graceful: true }),
  ]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'ApiError', code: 'not_found', status: 404 } });
  }
});

it("serves the guide's own client: names as they are, empty bodies under a JSON content type", async () => {
  const request = (endpoint: string, options?: RequestInit) =>
    fetch(`${server.api}${endpoint}`, {
      ...options,
      headers: { 'Content-Type': 'application/json', ...server.bearer(), ...options?.headers },
    });
  server.reads.publish(liveSnapshot({ queues: [queueHealth('a/b c')] }));
  server.engine.operations.jobs.set('a/b c', []);
  expect((await request('/queues/a/b c/metrics?history=true&historyLimit=10')).status).toBe(200);
  const paused = await request('/queues/a/b c/pause', { method: 'POST' });
  expect([paused.status, await paused.json()]).toEqual([200, { success: true, queueName: 'a/b c', status: 'paused' }]);
});
