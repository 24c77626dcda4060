import { QueueSystemApiClient } from '@drover/client';
import { routeNames, routes } from '@drover/contract';
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

it('gets a typed failure from every route that is not served yet', async () => {
  const calls: Record<string, Promise<unknown>> = {
    getActiveAlerts: client.getActiveAlerts({ severity: 'critical', queueName: 'a/b', acknowledged: false }),
    acknowledgeAlert: client.acknowledgeAlert('a1'),
    getMemoryConfig: client.getMemoryConfig(),
    getScalingPolicies: client.getScalingPolicies(),
    updateScalingPolicy: client.updateScalingPolicy('a/b', { minWorkers: 1, scaleUpThreshold: { queueDepth: 5 } }),
    getScalingDecision: client.getScalingDecision('a/b'),
    getScalingHistory: client.getScalingHistory('a/b', { limit: 50, offset: 50 }),
    getRateLimitConfig: client.getRateLimitConfig(),
    getRateLimitStatus: client.getRateLimitStatus('stripeApi'),
    getTimeoutConfig: client.getTimeoutConfig(),
    updateTimeout: client.updateTimeout('a/b', { adaptiveEnabled: true }),
    pauseQueue: client.pauseQueue('a/b'),
    resumeQueue: client.resumeQueue('a/b'),
    cleanQueue: client.cleanQueue('a/b', { status: 'failed', grace: 0, limit: 10 }),
    retryFailedJobs: client.retryFailedJobs('a/b', 10),
    recycleWorker: client.recycleWorker('w1', { reason: 'leak', graceful: true }),
  };
  expect(Object.keys(calls).sort()).toEqual(routeNames.filter((name) => !routes[name].served).sort());
  for (const outcome of await Promise.allSettled(Object.values(calls))) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { name: 'ApiError', code: 'not_implemented', status: 501 },
    });
  }
});

it("serves the guide's own client: names as they are, empty bodies under a JSON content type", async () => {
  const request = (endpoint: string, options?: RequestInit) =>
    fetch(`${server.api}${endpoint}`, {
      ...options,
      headers: { 'Content-Type': 'application/json', ...server.bearer(), ...options?.headers },
    });
  server.reads.publish(liveSnapshot({ queues: [queueHealth('a/b c')] }));
  expect((await request('/queues/a/b c/metrics?history=true&historyLimit=10')).status).toBe(200);
  const paused = await request('/queues/a/b c/pause', { method: 'POST' });
  expect([paused.status, await paused.json()]).toMatchObject([501, { success: false, code: 'not_implemented' }]);
});
