import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Alert, AlertHistoryResponse, AuditReply, QueueHealthStatus } from '@drover/contract';
import { startPostgres, startRedis } from '@drover/testkit';
import { describe, it, vi } from 'vitest';
import { apiToken, DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const droverModule = new URL('../../packages/drover/dist/index.js', import.meta.url).href;
/** Time in which everything must work again, by itself. */
const RECOVERY_MS = 10_000;
/** Jobs that were in hand at the outage: BullMQ finds them stalled in two looks, and a tick tells of it. */
const REPAIR_MS = 20_000;
/** Time in which an outage must have been noticed; refusals come at once from then on. */
const NOTICE_MS = 10_000;
/** Snapshots older than 10 s are marked as stale. */
const STALE_MS = 13_000;
const AT_ONCE_MS = 1_500;
const PROBE_EVERY_MS = 4_000;

const engines = [
  { engine: 'Redis', start: startRedis },
  { engine: 'PostgreSQL', start: startPostgres },
];

type Server = Awaited<ReturnType<(typeof engines)[number]['start']>>;

interface Outage {
  readonly lastsMs: number;
  begin(): void | Promise<void>;
  end(): void | Promise<void>;
}

/** Hung: it keeps its connections, takes new ones, and answers nothing. */
function outagesOf(server: Server): readonly Outage[] {
  return [
    { lastsMs: 30_000, begin: server.suspend, end: server.resume },
    { lastsMs: 60_000, begin: 'kill' in server ? server.kill : server.halt, end: server.restart },
  ];
}

const alertsOfIdle = '/alerts?queueName=idle&kind=queue_depth';
const reads = ['/dashboard', alertsOfIdle, '/queues/health', '/workers/memory', '/scaling/policies', '/status'];
const refusals = ['/audit', '/alerts/history', '/scaling/history/work'];

interface Timed {
  readonly path: string;
  readonly status: number;
  readonly tookMs: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function call(plane: DroverProcess, method: string, path: string, body?: object): Promise<Timed> {
  const beganMs = performance.now();
  const response = await fetch(`${plane.url}/api/admin/queue-system${path}`, {
    method,
    headers: { Authorization: `Bearer ${apiToken}`, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  });
  const reply = await response.json();
  const tookMs = performance.now() - beganMs;
  return { path: `${method} ${path}`, status: response.status, tookMs, headers: response.headers, body: reply };
}

/** A receiver of alerts' messages: what it was told of the depth of the queue `idle`, by event. */
async function startReceiver() {
  const told: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { alerts } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
      alerts: { event: string; queueName: string; kind: string }[];
    };
    told.push(
      ...alerts
        .filter(({ queueName, kind }) => queueName === 'idle' && kind === 'queue_depth')
        .map(({ event }) => event),
    );
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { told, url, close: () => new Promise((resolve) => server.close(resolve)) };
}

function project(receiverUrl: string): Project {
  const settings = {
    tickMs: 1_000,
    notifiers: { ops: { type: 'webhook', url: receiverUrl, secret: 'a secret of the two of us' } },
    notifications: { groupWaitMs: 0, groupIntervalMs: 0 },
    thresholds: { alertAfterMs: 0, resolveAfterMs: 0 },
  };
  return new Project({
    'drover.config.mjs': `export default {
      ...${JSON.stringify(settings)},
      queues: { work: { processor: './work.mjs', concurrency: 5, minWorkers: 1 } },
    };`,
    'work.mjs': `export default () => new Promise((resolve) => setTimeout(resolve, 100));`,
    'add-jobs.mjs': `
      import { connect } from ${JSON.stringify(droverModule)};
      const drover = await connect();
      const [queueName, count] = process.argv.slice(2);
      await drover.queue(queueName).addBulk(Array.from({ length: Number(count) }, () => ({ name: 'job', data: {} })));
      await drover.close();`,
  });
}

/** Whole programs with a worker; both engines at once, for they mostly wait. */
describe('two control planes and their worker', () => {
  it.concurrent.for(engines)(
    'outlive $engine hung for 30 s and stopped for 60 s',
    { timeout: 300_000 },
    async (each, { expect }) => {
      const server = await each.start();
      const receiver = await startReceiver();
      const folder = project(receiver.url);
      const env = { DROVER_ENGINE: server.url };
      const planes: DroverProcess[] = [];
      const within = (timeout: number, check: () => Promise<void>) => vi.waitFor(check, { timeout, interval: 250 });
      const addJobs = (queueName: string, count: number) =>
        runScript(folder, 'add-jobs.mjs', [queueName, String(count)], env);
      const firing = async (plane: DroverProcess) => (await call(plane, 'GET', alertsOfIdle)).body as Alert[];
      const work = async (plane: DroverProcess) =>
        ((await call(plane, 'GET', '/queues/health')).body as QueueHealthStatus[]).find(
          ({ queueName }) => queueName === 'work',
        );
      let done = 0;

      /** Everything works: changes, reads, jobs. */
      const works = async () => {
        for (const plane of planes) {
          expect((await call(plane, 'PATCH', '/scaling/policies/work', { maxWorkers: 1 })).status).toBe(200);
          expect((await call(plane, 'GET', '/dashboard')).headers.get('x-drover-stale')).toBeNull();
          for (const path of refusals) expect((await call(plane, 'GET', path)).status).toBe(200);
          const { metrics, workers } = (await work(plane)) ?? {};
          expect(workers?.ready).toBe(1);
          expect(metrics).toMatchObject({ failed: 0, waiting: 0 });
        }
      };
      const completed = async () => {
        for (const plane of planes) expect((await work(plane))?.metrics).toMatchObject({ completed: done, failed: 0 });
      };

      try {
        await addJobs('idle', 3);
        planes.push(await DroverProcess.start(folder, { env }), await DroverProcess.start(folder, { env }));
        const [first, second] = planes as [DroverProcess, DroverProcess];
        await within(60_000, works);
        const threshold = '/alerts/thresholds/idle';
        expect(await call(second, 'PATCH', threshold, { queueDepth: { warning: 2 } })).toMatchObject({ status: 200 });
        await within(15_000, async () => expect(await firing(second)).toMatchObject([{ value: 3 }]));
        const id = (await firing(second))[0]?.id ?? '';
        expect(await call(second, 'POST', `/alerts/${id}/acknowledge`)).toMatchObject({ status: 200 });
        await within(15_000, async () => {
          for (const plane of planes) expect(await firing(plane)).toMatchObject([{ id, acknowledged: true }]);
          expect(receiver.told).toEqual(['fired']);
        });

        const tried: number[] = [];
        const probe = async (plane: DroverProcess) => {
          tried.push(100 + tried.length);
          const change = { cooldownSeconds: { scaleUp: tried.at(-1) } };
          return Promise.all([
            Promise.all(reads.map((path) => call(plane, 'GET', path))),
            Promise.all([
              ...refusals.map((path) => call(plane, 'GET', path)),
              call(plane, 'PATCH', '/scaling/policies/work', change),
            ]),
          ]);
        };

        for (const outage of outagesOf(server)) {
          await addJobs('work', 50);
          done += 50;
          await outage.begin();
          const awayAtMs = performance.now();
          const awayMs = () => performance.now() - awayAtMs;
          while (awayMs() < outage.lastsMs) {
            const askedMs = awayMs();
            for (const [shown, refused] of await Promise.all(planes.map(probe))) {
              for (const { path, status, tookMs, headers, body } of shown) {
                expect({ path, status, slow: tookMs > AT_ONCE_MS }).toEqual({ path, status: 200, slow: false });
                if (path === `GET ${alertsOfIdle}`) expect(body).toMatchObject([{ id, acknowledged: true }]);
                if (askedMs > NOTICE_MS && path === 'GET /status')
                  expect(body).toMatchObject({ engine: { healthy: false } });
                if (askedMs > STALE_MS && path === 'GET /dashboard')
                  expect(headers.get('x-drover-stale')).not.toBeNull();
              }
              for (const { path, status, tookMs, headers } of refused) {
                if (askedMs > NOTICE_MS)
                  expect({ path, status, slow: tookMs > AT_ONCE_MS }).toEqual({ path, status: 503, slow: false });
                expect([503, 504]).toContain(status);
                expect(tookMs).toBeLessThan(NOTICE_MS);
                expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
              }
            }
            await pause(Math.min(PROBE_EVERY_MS, Math.max(0, outage.lastsMs - awayMs())));
          }
          await outage.end();
          const backAtMs = performance.now();
          done += 1;
          await Promise.all([addJobs('work', 1), within(RECOVERY_MS, works)]);
          expect(performance.now() - backAtMs).toBeLessThan(RECOVERY_MS);
          await within(REPAIR_MS, completed);
          for (const plane of planes) expect(await firing(plane)).toMatchObject([{ id, acknowledged: true }]);
        }

        // The same alert all the time, told once; its end once; every refused change in the audit log.
        expect(await call(first, 'PATCH', threshold, { queueDepth: null })).toMatchObject({ status: 200 });
        await within(15_000, async () => {
          for (const plane of planes) expect(await firing(plane)).toEqual([]);
          expect(receiver.told).toEqual(['fired', 'resolved']);
        });
        const history = (await call(second, 'GET', '/alerts/history?queueName=idle&kind=queue_depth')).body;
        expect((history as AlertHistoryResponse).alerts.map((alert) => alert.id)).toEqual([id]);
        await within(15_000, async () => {
          const audit = await call(first, 'GET', '/audit?action=policy.update&result=failed&limit=500');
          const written = (audit.body as AuditReply).entries.flatMap(
            ({ details }) =>
              (details as { tried: { cooldownSeconds?: { scaleUp: number } } }).tried.cooldownSeconds?.scaleUp ?? [],
          );
          expect([...new Set(written)].sort((a, b) => a - b)).toEqual(tried);
        });
        const lost = await call(second, 'GET', '/audit?action=audit.lose');
        expect((lost.body as AuditReply).entries).toEqual([]);
      } catch (error) {
        const said = planes.map(({ output }) => output.split('\n').slice(-30).join('\n')).join('\n---\n');
        throw new Error(`${each.engine}: ${error instanceof Error ? error.stack : error}\n${said}`);
      } finally {
        server.resume();
        await Promise.all(planes.map((plane) => plane.stop()));
        await receiver.close();
        folder.remove();
        await server.stop();
      }
    },
  );
});
