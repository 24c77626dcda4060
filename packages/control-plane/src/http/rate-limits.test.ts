import { QueueSystemApiClient } from '@drover/client';
import { defaultLimiters, limitersKey } from '@drover/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { workerReport } from '../testing/worker-report.js';
import { apiToken, startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
let client: QueueSystemApiClient;
beforeEach(async () => {
  server = await startTestServer();
  client = new QueueSystemApiClient({ baseUrl: server.api, token: apiToken, retries: 0 });
});
afterEach(() => server.close());

const patch = (limiterName: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.api}/rate-limits/${encodeURIComponent(limiterName)}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json', ...server.bearer(), ...headers },
    body: JSON.stringify(body),
  });

it("has exactly the guide's eight limiters by default, with the guide's windows", async () => {
  expect(await client.getRateLimitConfig()).toEqual(defaultLimiters);
});

it('shows how full a limiter is, who waits and when it frees up', async () => {
  const windows = defaultLimiters.stripeApi;
  const nowMs = server.clock.nowMs();
  await server.engine.limiters.acquire({ name: 'stripeApi', windows, weights: [3], delayed: 1, delayedMs: 5 });
  for (const [workerId, waiting] of [
    ['w1', 2],
    ['w2', 1],
  ] as const) {
    const report = workerReport({ workerId, queueName: 'payments', limiterWaits: { stripeApi: waiting, other: 9 } });
    server.engine.reportsById.set(workerId, report);
  }
  expect(await client.getRateLimitStatus('stripeApi')).toEqual({
    limiterName: 'stripeApi',
    windows: {
      perSecond: {
        current: 3,
        limit: 80,
        remaining: 77,
        resetAt: new Date(nowMs + 1_000),
        nextAt: new Date(nowMs + 1_000),
      },
      perHour: {
        current: 3,
        limit: 100_000,
        remaining: 99_997,
        resetAt: new Date(nowMs + 3_600_000),
        nextAt: new Date(nowMs + 3_600_000),
      },
    },
    waiting: 3,
    waitingByQueue: { payments: 3 },
    allowedTotal: 3,
    delayedTotal: 1,
  });
  await server.engine.limiters.penalize('stripeApi', 30_000);
  expect((await client.getRateLimitStatus('stripeApi')).penalizedUntil).toEqual(new Date(nowMs + 30_000));
});

it('shows an unused limiter empty, and knows none that was never defined', async () => {
  const { windows } = await client.getRateLimitStatus('taxGeneration');
  expect(windows.perMinute).toMatchObject({ current: 0, remaining: 60, resetAt: new Date(server.clock.nowMs()) });
  for (const name of ['nope', 'constructor', '__proto__']) {
    await expect(client.getRateLimitStatus(name)).rejects.toMatchObject({ code: 'not_found', status: 404 });
    await expect(client.call('getRateLimitHistory', { params: { limiterName: name } })).rejects.toMatchObject({
      status: 404,
    });
  }
});

it('changes a window, adds one and takes it away again, and leaves the others', async () => {
  const reply = await patch('stripeApi', { perSecond: 50, perDay: 1_000 });
  expect(await reply.json()).toEqual({
    success: true,
    limiterName: 'stripeApi',
    windows: { perSecond: 50, perHour: 100_000, perDay: 1_000 },
  });
  expect(reply.headers.get('etag')).toBe('"1"');
  expect(await (await patch('stripeApi', { perDay: null })).json()).toMatchObject({
    windows: { perSecond: 50, perHour: 100_000 },
  });
  expect((await client.getRateLimitConfig()).stripeApi).toEqual({ perSecond: 50, perHour: 100_000 });
  expect((await client.getRateLimitConfig()).resendApi).toEqual(defaultLimiters.resendApi);
  expect(server.settings.documents.get(limitersKey)?.value).toEqual({ stripeApi: { perSecond: 50 } });
});

it('makes a limiter of a new name, however odd, and removes it with its last window', async () => {
  for (const name of ['maps', 'a/b', 'ü', '%2F', 'x'.repeat(100)]) {
    expect((await patch(name, { perMinute: 30 })).status).toBe(200);
    expect((await client.getRateLimitConfig())[name]).toEqual({ perMinute: 30 });
    expect((await client.getRateLimitStatus(name)).windows.perMinute).toMatchObject({ limit: 30 });
    expect(await (await patch(name, { perMinute: null })).json()).toMatchObject({ windows: {} });
    expect((await patch(name, { perMinute: null })).status).toBe(404);
  }
  expect(await client.getRateLimitConfig()).toEqual(defaultLimiters);
});

it("keeps the windows that the guide's types promise", async () => {
  const refused = await patch('stripeApi', { perSecond: null });
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    { code: 'invalid_input', details: { fields: [{ in: 'body', path: 'perSecond' }] } },
  ]);
  await patch('stripeApi', { perSecond: 5 });
  expect((await patch('stripeApi', { perSecond: null })).status).toBe(400);
});

it.each([
  ['nothing', {}],
  ['zero', { perSecond: 0 }],
  ['a fraction', { perSecond: 1.5 }],
  ['text', { perSecond: '5' }],
  ['more than there is', { perSecond: 1_000_000_001 }],
  ['a window that does not exist', { perWeek: 5 }],
  ['a list', [5]],
])('refuses a change to %s', async (_, body) => {
  const reply = await patch('stripeApi', body);
  expect([reply.status, await reply.json()]).toMatchObject([400, { success: false, code: 'invalid_input' }]);
  expect((await patch('x'.repeat(101), { perSecond: 1 })).status).toBe(400);
});

it('lets one of two editors with the same version win, and loses nothing of those without one', async () => {
  await patch('stripeApi', { perSecond: 60 });
  const read = await fetch(`${server.api}/rate-limits`, { headers: server.bearer() });
  const etag = read.headers.get('etag') ?? '';
  const edits = await Promise.all([
    patch('stripeApi', { perSecond: 61 }, { 'If-Match': etag }),
    patch('resendApi', { perSecond: 3 }, { 'If-Match': etag }),
  ]);
  expect(edits.map(({ status }) => status).sort()).toEqual([200, 409]);
  await Promise.all(['a', 'b', 'c'].map((name) => patch(name, { perHour: 9 })));
  expect(await client.getRateLimitConfig()).toMatchObject({ a: { perHour: 9 }, b: { perHour: 9 }, c: { perHour: 9 } });
});

it('writes down who changed a limit from what to what', async () => {
  await patch('stripeApi', { perSecond: 50 });
  await server.trail.flush();
  const entry = server.audit.entries.find(({ action }) => action === 'limiter.update');
  expect(entry).toMatchObject({
    target: 'limiter:stripeApi',
    details: { before: { perSecond: 80 }, after: { perSecond: 50 } },
  });
});

it('answers its history, the latest minutes of the range', async () => {
  const untilMs = server.clock.nowMs();
  const reply = await client.call('getRateLimitHistory', { params: { limiterName: 'stripeApi' }, query: { limit: 5 } });
  expect(reply).toEqual({ limiterName: 'stripeApi', stepMs: 60_000, history: [] });
  const minutes = [0, 1, 2].map((minute) => [minute, minute + 1, 1, 40, 2] as const);
  const hourMs = Math.floor(untilMs / 3_600_000) * 3_600_000 - 3_600_000;
  await server.engine.records.write([
    {
      kind: 'put',
      collection: 'limiter.minutes',
      id: 'an hour ago',
      subject: 'stripeApi',
      atMs: hourMs,
      value: { minutes, totals: { allowed: 6, delayed: 3, delayedMs: 120 } },
    },
  ]);
  const latest = await client.call('getRateLimitHistory', {
    params: { limiterName: 'stripeApi' },
    query: { limit: 2 },
  });
  expect(latest.history).toEqual([
    { timestamp: new Date(hourMs + 60_000), allowed: 2, delayed: 1, avgDelayMs: 40, waiting: 2 },
    { timestamp: new Date(hourMs + 120_000), allowed: 3, delayed: 1, avgDelayMs: 40, waiting: 2 },
  ]);
});

it('deletes a limiter that was made at run time, and returns a configured one to its configuration', async () => {
  const remove = async (limiterName: string, headers: Record<string, string> = {}) => {
    const path = `${server.api}/rate-limits/${encodeURIComponent(limiterName)}`;
    const response = await fetch(path, { method: 'DELETE', headers: { ...server.bearer(), ...headers } });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const names = ['a/b ü', 'constructor'];
  for (const limiterName of names) {
    await patch(limiterName, { perSecond: 5 });
    expect(await remove(limiterName, { 'If-Match': '"99"' })).toMatchObject({ status: 409 });
    expect(await remove(limiterName)).toEqual({
      status: 200,
      body: { success: true, limiterName, removed: true, windows: {} },
    });
    expect(await remove(limiterName)).toMatchObject({ status: 404 });
  }
  await patch('stripeApi', { perSecond: 5 });
  expect(await remove('stripeApi')).toMatchObject({
    status: 200,
    body: { removed: false, windows: defaultLimiters.stripeApi },
  });
  expect(await client.getRateLimitConfig()).toEqual(defaultLimiters);
  expect(await remove('stripeApi')).toMatchObject({
    status: 409,
    body: { code: 'conflict', error: expect.stringContaining('comes from the configuration') },
  });
  const written = server.audit.entries.filter(({ action }) => action === 'limiter.delete');
  expect(written.filter(({ result }) => result === 'done').map(({ target }) => target)).toEqual([
    'limiter:a/b ü',
    'limiter:constructor',
    'limiter:stripeApi',
  ]);
});
