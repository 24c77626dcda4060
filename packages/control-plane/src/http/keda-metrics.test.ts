import { apiBasePath } from '@drover/contract';
import { Fault } from '@drover/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKedaMetrics } from '../actuators/keda/keda-metrics.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeAll(async () => {
  const workers = async (queueName: string): Promise<number> => {
    if (queueName === 'a/b c') return 7;
    if (queueName === 'stale') throw new Fault('engine_unavailable', 'Too old.', { retryAfterMs: 5_000 });
    throw new Fault('not_found', 'There is no such queue.');
  };
  const targets = { workers, subscribe: () => () => undefined };
  server = await startTestServer({ kedaMetrics: createKedaMetrics(targets, 'a-token-of-sixteen') });
});
afterAll(() => server.close());

const get = (queueName: string, token = 'a-token-of-sixteen') =>
  fetch(`${server.url}/keda/metrics/${queueName}`, { headers: { Authorization: `Bearer ${token}` } });

it("gives KEDA's metrics-api the decided workers, whatever the queue is called", async () => {
  const response = await get('a%2Fb%20c');
  expect([response.status, await response.json()]).toEqual([200, { value: 7 }]);
});

it('wants its own token, which opens nothing else', async () => {
  expect((await get('a%2Fb%20c', 'another')).status).toBe(401);
  expect((await fetch(`${server.url}/keda/metrics/emails`)).status).toBe(401);
  const api = await fetch(`${server.url}${apiBasePath}/queues`, {
    headers: { Authorization: 'Bearer a-token-of-sixteen' },
  });
  expect(api.status).toBe(401);
});

it('answers with an error rather than zero, so that KEDA leaves the fleet alone', async () => {
  expect((await get('stale')).status).toBe(503);
  expect((await get('nobody-knows')).status).toBe(404);
});

it('is not there unless it is switched on', async () => {
  const plain = await startTestServer();
  const response = await fetch(`${plain.url}/keda/metrics/emails`);
  await plain.close();
  expect(response.status).toBe(404);
});
