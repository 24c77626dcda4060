import { gunzipSync } from 'node:zlib';
import { emptyFolded, emptyTally, foldOne, zeroTotals } from '@drover/core';
import { afterEach, expect, it } from 'vitest';
import { firstTick, liveSnapshot, queueHealth } from '../testing/fake-reads.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../testing/test-server.js';

const token = 'a-token-for-prometheus';
let server: TestServer;

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  server = await startTestServer({ metrics: { token }, ...options });
  return server;
}
afterEach(() => server.close());

const scrape = (headers: Record<string, string> = {}, path = '/metrics') =>
  fetch(`${server.url}${path}`, { headers: { Authorization: `Bearer ${token}`, ...headers } });
const text = async (headers?: Record<string, string>) => (await scrape(headers)).text();

/** Value of the first line that begins so. */
const value = (page: string, line: string): number | undefined => {
  const found = page.split('\n').find((each) => each.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
};

function queue(change: object = {}) {
  const health = queueHealth('mail', 7);
  return {
    ...health,
    metrics: { ...health.metrics, completedTotal: 100, failedTotal: 9, timedOutTotal: 4, ...change },
  };
}

it('tells nobody anything without a token', async () => {
  await start();
  const reply = await fetch(`${server.url}/metrics`);
  expect([reply.status, reply.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(await reply.text()).not.toContain('drover_');
});

it('opens with its own token, which opens nothing else', async () => {
  await start();
  expect((await scrape()).status).toBe(200);
  expect((await scrape({}, '/api/admin/queue-system/queues/health')).status).toBe(401);
  expect((await scrape({ Authorization: `Bearer ${token}x` })).status).toBe(401);
});

it('opens to an API token of a viewer once viewers are switched on, and to an admin always', async () => {
  await start({ metrics: {} });
  const { token: viewer } = await server.auth.createToken({ name: 'prometheus', role: 'viewer' });
  expect((await scrape(server.bearer(viewer))).status).toBe(403);
  await server.auth.switchRoles({ ...server.auth.roleSwitches(), viewer: true });
  expect((await scrape(server.bearer(viewer))).status).toBe(200);
  expect((await scrape(server.bearer())).status).toBe(200);
  expect((await scrape()).status).toBe(401);
});

it('shows the figures of the API, in base units', async () => {
  await start();
  server.reads.publish(
    liveSnapshot({ queues: [queue({ oldestWaitingMs: 1_500, memoryUsageMB: 2, memoryPercentage: 50 })] }),
  );
  const page = await text();
  const figures = {
    'drover_queue_jobs{queue="mail",state="waiting"}': 7,
    'drover_queue_oldest_waiting_seconds{queue="mail"}': 1.5,
    'drover_queue_memory_bytes{queue="mail"}': 2_097_152,
    'drover_queue_memory_limit_ratio{queue="mail"}': 0.5,
    'drover_queue_status{queue="mail",status="healthy"}': 1,
    'drover_queue_status{queue="mail",status="critical"}': 0,
    'drover_queue_attempts_total{queue="mail",outcome="completed"}': 100,
    'drover_queue_attempts_total{queue="mail",outcome="failed"}': 5,
    'drover_queue_attempts_total{queue="mail",outcome="timed_out"}': 4,
    drover_engine_up: 1,
    drover_leader: 1,
    drover_alerts_firing: undefined,
    'drover_alerts_firing{severity="critical"}': 0,
  };
  for (const [line, expected] of Object.entries(figures)) expect([line, value(page, line)]).toEqual([line, expected]);
});

it('leaves out what is not known, and counts nothing of workers that do not report', async () => {
  await start();
  const foreign = queueHealth('theirs');
  server.reads.publish(
    liveSnapshot({
      queues: [{ ...foreign, metrics: { ...foreign.metrics, unknown: ['failed', 'oldestWaitingMs'] } }],
    }),
  );
  const page = await text();
  expect(page).toContain('drover_queue_jobs{queue="theirs",state="waiting"}');
  expect(page).not.toContain('state="failed"');
  expect(page).not.toContain('oldest_waiting');
  expect(page).not.toContain('attempts_total');
  expect(page).not.toContain('wait_seconds');
});

it('shows cumulative buckets in seconds', async () => {
  await start();
  const wait = foldOne(foldOne(foldOne(emptyFolded, 20), 20), 2_000_000);
  server.reads.counters = {
    ledger: { atMs: 0, workers: {} },
    totals: { mail: zeroTotals },
    tallies: { mail: { ...emptyTally, wait } },
    ticks: foldOne(emptyFolded, 40),
  };
  server.reads.publish(liveSnapshot({ queues: [queue()] }));
  const page = await text();
  const bucket = (le: string) => value(page, `drover_queue_wait_seconds_bucket{queue="mail",le="${le}"}`);
  expect(['0.005', '0.025', '0.1', '900', '3600', '+Inf'].map(bucket)).toEqual([0, 2, 2, 2, 3, 3]);
  expect(value(page, 'drover_queue_wait_seconds_sum{queue="mail"}')).toBe(2_000.04);
  expect(value(page, 'drover_queue_wait_seconds_count{queue="mail"}')).toBe(3);
  expect(value(page, 'drover_tick_duration_seconds_bucket{le="0.1"}')).toBe(1);
});

it('escapes names that would break the format', async () => {
  await start();
  const health = queue();
  server.reads.publish(liveSnapshot({ queues: [{ ...health, queueName: 'a"b\\c\nd' }] }));
  expect(await text()).toContain('drover_queue_jobs{queue="a\\"b\\\\c\\nd",state="waiting"} 7');
});

it('speaks OpenMetrics to who asks for it, and plain text again afterwards', async () => {
  await start();
  server.reads.publish(liveSnapshot({ queues: [queue()] }));
  const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
  const open = await scrape({ Accept: accept });
  expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const page = await open.text();
  expect(page).toContain('# TYPE drover_queue_attempts counter\n');
  expect(page).toContain('drover_queue_attempts_total{queue="mail",outcome="completed"} 100');
  expect(page.match(/# EOF\n/g)).toHaveLength(1);
  expect(page.endsWith('# EOF\n')).toBe(true);
  const plain = await scrape({ Accept: '*/*' });
  expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const plainPage = await plain.text();
  expect(plainPage).toContain('# TYPE drover_queue_attempts_total counter\n');
  expect(plainPage).toContain('# TYPE process_cpu_user_seconds_total counter\n');
  expect(plainPage).not.toContain('# EOF');
});

it('is compressed for who takes that, to the same text', async () => {
  await start();
  const reply = await server.app.metrics(
    new Request(`${server.url}/metrics`, {
      headers: { Authorization: `Bearer ${token}`, 'Accept-Encoding': 'gzip' },
    }),
  );
  expect(reply.headers.get('content-encoding')).toBe('gzip');
  const page = gunzipSync(Buffer.from(await reply.arrayBuffer())).toString();
  expect(page).toContain('drover_queue_jobs{');
  expect(page).toContain('drover_engine_up 1');
});

it('asks the engine nothing, and tells when that is away and how old the figures are', async () => {
  await start();
  server.clock.advance(20_000);
  server.reads.engineHealthy = false;
  const page = await text();
  expect(server.reads.engineCalls).toBe(0);
  expect(value(page, 'drover_engine_up')).toBe(0);
  expect(value(page, 'drover_snapshot_age_seconds')).toBe((server.clock.nowMs() - firstTick.getTime()) / 1_000);
});

it('answers before the first tick, without queues', async () => {
  await start();
  server.reads.publish(null);
  const page = await text();
  expect(page).toContain('drover_build_info{version="0.1.0",environment="test",engine="redis"} 1');
  expect(page).not.toContain('drover_queue_');
});

it('is read only', async () => {
  await start();
  const reply = await fetch(`${server.url}/metrics`, { method: 'POST', headers: { Authorization: `Bearer ${token}` } });
  expect([reply.status, reply.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

it('is served below the API too, for a host that mounts only that', async () => {
  await start();
  expect(await (await scrape({}, '/api/admin/queue-system/metrics')).text()).toContain('drover_engine_up');
});
