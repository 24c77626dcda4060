import { request as rawRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Fault } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstTick, liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.api}${path}`, { headers: { ...server.bearer(), ...headers } });

/** Without `fetch`, which undoes compression and tidies paths. */
function getRaw(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    const { hostname, port } = new URL(server.url);
    const request = rawRequest({ hostname, port, path, headers: { ...server.bearer(), ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject);
    request.end();
  });
}

describe('replies from the snapshot', () => {
  it('cost the engine nothing, however many ask', async () => {
    const calls = server.settings.calls;
    const paths = ['/health', '/dashboard', '/queues/health', '/workers/memory', '/memory/current', '/status'];
    const replies = await Promise.all(paths.flatMap((path) => Array.from({ length: 20 }, () => get(path))));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.reads.engineCalls).toBe(0);
    expect(server.settings.calls).toBe(calls);
  });

  it('are not sent again to whoever has them', async () => {
    const first = await get('/dashboard');
    const etag = first.headers.get('etag') ?? '';
    const again = await get('/dashboard', { 'If-None-Match': etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');
    server.reads.publish(liveSnapshot({ seq: 2, queues: [queueHealth('email-sending', 5)] }));
    expect((await get('/dashboard', { 'If-None-Match': etag })).status).toBe(200);
  });

  it('are compressed for those who take it', async () => {
    server.reads.publish(
      liveSnapshot({ queues: Array.from({ length: 50 }, (_, index) => queueHealth(`queue-${index}`)) }),
    );
    const path = `${new URL(server.api).pathname}/queues/health`;
    const plain = await getRaw(path);
    const zipped = await getRaw(path, { 'Accept-Encoding': 'br, gzip;q=0.8' });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(zipped.headers.vary).toContain('Accept-Encoding');
    expect(zipped.body.length).toBeLessThan(plain.body.length / 5);
    expect(gunzipSync(zipped.body)).toEqual(plain.body);
    expect((await getRaw(path, { 'Accept-Encoding': 'gzip;q=0' })).headers['content-encoding']).toBeUndefined();
  });

  it('tell their age, and that they are stale once ticks stay away', async () => {
    server.clock.ms = firstTick.getTime() + 4_200;
    const fresh = await get('/health');
    expect(fresh.headers.get('x-drover-snapshot-age')).toBe('4.200');
    expect(fresh.headers.get('x-drover-stale')).toBeNull();
    server.clock.advance(60_000);
    const stale = await get('/health');
    expect(stale.status).toBe(200);
    expect(stale.headers.get('x-drover-stale')).toBe('64');
  });

  it('are 503 with Retry-After before the first tick', async () => {
    server.reads.publish(null);
    const response = await get('/dashboard');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(await response.json()).toMatchObject({ success: false, code: 'engine_unavailable' });
  });

  it('answer HEAD with the headers alone', async () => {
    const [head, whole] = [
      await fetch(`${server.api}/queues/health`, { method: 'HEAD', headers: server.bearer() }),
      await get('/queues/health'),
    ];
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(head.headers.get('etag')).toBe(whole.headers.get('etag'));
  });

  it('answer OPTIONS with what the path takes', async () => {
    const response = await fetch(`${server.api}/queues/a/pause`, { method: 'OPTIONS', headers: server.bearer() });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
  });
});

describe('queue metrics', () => {
  const names = ['plain', 'a/b', 'größe der Bilder', '50%', 'a b', 'metrics', 'x'.repeat(200), '日本語'];

  it.each(names)('are found for %j, sent encoded and as it is', async (name) => {
    server.reads.publish(liveSnapshot({ queues: [queueHealth(name, 7)] }));
    for (const spelt of [encodeURIComponent(name), name]) {
      const response = await get(`/queues/${spelt}/metrics`);
      expect(await response.json()).toMatchObject({ current: { queueName: name, waiting: 7 } });
    }
  });

  it('are found for a name that holds an escape, sent as it is', async () => {
    server.reads.publish(liveSnapshot({ queues: [queueHealth('a%2Fb', 7)] }));
    expect(await (await get('/queues/a%2Fb/metrics')).json()).toMatchObject({ current: { queueName: 'a%2Fb' } });
  });

  it('are 404 for an unknown queue', async () => {
    const response = await get('/queues/nope/metrics');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      success: false,
      code: 'not_found',
      error: 'There is no queue named "nope".',
      details: { queueName: 'nope' },
    });
  });

  it('bring the newest 60 entries of history unless told otherwise', async () => {
    server.clock.ms = Date.parse('2026-05-04T10:00:03Z');
    const response = await get('/queues/email-sending/metrics?history=true');
    expect(await response.json()).toMatchObject({ current: { waiting: 0 }, history: [{ waiting: 3 }], stepMs: 10_000 });
    const untilMs = Date.parse('2026-05-04T10:00:10Z');
    expect(server.reads.ranges).toEqual([{ sinceMs: untilMs - 600_000, untilMs, limit: 60 }]);
  });

  it('take a range of time, a step and a limit', async () => {
    server.clock.ms = Date.parse('2026-05-04T10:00:00Z');
    await get(
      '/queues/email-sending/metrics?since=2026-05-04T08:00:00Z&until=2026-05-04T09:00:00%2B00:00&stepMs=60000&historyLimit=100',
    );
    expect(server.reads.ranges).toEqual([
      {
        sinceMs: Date.parse('2026-05-04T08:00:00Z'),
        untilMs: Date.parse('2026-05-04T09:00:00Z'),
        stepMs: 60_000,
        limit: 100,
      },
    ]);
  });

  it('name every field that is wrong', async () => {
    const response = await get('/queues/email-sending/metrics?historyLimit=9999&since=soon');
    expect(response.status).toBe(400);
    const body = (await response.json()) as { details: { fields: { path: string; in: string }[] } };
    expect(body.details.fields.map(({ in: place, path }) => `${place}.${path}`).sort()).toEqual([
      'query.historyLimit',
      'query.since',
    ]);
  });
});

describe('replies that ask the engine', () => {
  const paths = [
    '/queues/email-sending/metrics?history=true',
    '/queues/email-sending/execution-stats',
    '/queues/trends',
  ];

  it.each(paths)('%s: ask it once per tick, whoever asks', async (path) => {
    await Promise.all(Array.from({ length: 30 }, () => get(path)));
    expect(server.reads.engineCalls).toBe(1);
    server.reads.publish(liveSnapshot({ seq: 2 }));
    await get(path);
    expect(server.reads.engineCalls).toBe(2);
  });

  it.each(paths)('%s: are 503 while the engine is away, and do not remember that', async (path) => {
    server.reads.failure = new Fault('engine_unavailable', 'Redis does not answer.', { retryAfterMs: 3_000 });
    const away = await get(path);
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '3']);
    server.reads.failure = null;
    expect((await get(path)).status).toBe(200);
  });

  it('tell of a bug nothing but that there is one; the log has the rest', async () => {
    server.reads.failure = new Error('secret at /srv/drover/db.ts');
    const response = await get('/queues/trends');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toMatch(/secret|srv/);
    expect(server.logged.join()).toContain('secret at');
  });
});

describe('probes', () => {
  it('need no identity: alive always, ready with a snapshot and an engine', async () => {
    const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
    server.reads.engineHealthy = false;
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
    server.reads.engineHealthy = true;
    server.reads.publish(null);
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
  });
});
