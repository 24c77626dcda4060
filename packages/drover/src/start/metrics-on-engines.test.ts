import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { apiBasePath, type QueueHealthStatus } from '@drover/contract';
import { openQueues } from '@drover/engines';
import { startPostgres, startRedis } from '@drover/testkit';
import { Worker } from '@drover/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { type RunningDrover, startDrover } from './start-drover.js';

const apiToken = 'a-token-of-the-environment';
const metricsToken = 'a-token-for-prometheus';
const servers = { redis: startRedis, postgres: startPostgres } as const;
const [COMPLETED, FAILED] = [40, 7];
const deploy = new URL('../../../../deploy/', import.meta.url);
const promtool = process.env.DROVER_TEST_PROMTOOL;

/** What a scrape says, line by line: `name{labels}` to its value. */
function parse(page: string): ReadonlyMap<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

function check(input: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(promtool ?? '', ['check', 'metrics'], {
    input,
    encoding: 'utf8',
    timeout: 20_000,
  });
  return { status, said: stdout + stderr };
}

/** Names of metrics that a file asks for, as Prometheus stores them. */
function namesIn(file: string): string[] {
  const text = readFileSync(new URL(file, deploy), 'utf8');
  return [...new Set(text.match(/\b(?:drover|process|nodejs)_[a-z0-9_]+/g))].sort();
}

describe.each(Object.keys(servers) as (keyof typeof servers)[])('metrics on %s', (kind) => {
  let server: { readonly url: string; stop(): Promise<void> };
  let drover: RunningDrover;
  let queues: Awaited<ReturnType<typeof openQueues>>;
  let worker: { close(): Promise<void> };

  const scrape = async (accept = '*/*') => {
    const headers = { Authorization: `Bearer ${metricsToken}`, Accept: accept };
    const reply = await fetch(`${drover.url}/metrics`, { headers, signal: AbortSignal.timeout(10_000) });
    expect(reply.status).toBe(200);
    return reply.text();
  };

  beforeAll(async () => {
    server = await servers[kind]();
    queues = await openQueues(server.url);
    const value = {
      engine: server.url,
      port: 0,
      tickMs: 1_000,
      queues: { mail: {} },
      metrics: { token: metricsToken, jobNames: true },
      thresholds: { errorRate: { warning: 1, critical: 2 }, minFinished: 1, alertAfterMs: 0 },
    };
    const config = resolveConfig({ value, name: 'test', folder: '/' }, {}, {});
    drover = await startDrover({
      config,
      log: pino({ level: 'silent' }),
      observe: false,
      env: { DROVER_API_TOKEN: apiToken },
    });
    const { options, backendFactory } = queues.workerArgs();
    const handle = async (job: { name: string }) => {
      if (job.name === 'broken') throw new Error('broken');
    };
    const reporting = { workerId: 'w1', reportIntervalMs: 500, memoryLimitMB: 100_000 };
    worker = new Worker('mail', handle, { ...options, drover: reporting }, backendFactory);
    // Counted from its first look on: a worker that was there before Drover has a past that nobody knows.
    await vi.waitFor(async () => expect(await scrape()).toContain('drover_queue_attempts_total{queue="mail"'), 20_000);
    await queues
      .queue('mail')
      .addBulk([
        ...Array.from({ length: COMPLETED }, () => ({ name: 'welcome', data: {} })),
        ...Array.from({ length: FAILED }, () => ({ name: 'broken', data: {} })),
      ]);
    await vi.waitFor(async () => {
      const lines = parse(await scrape());
      expect(lines.get('drover_queue_attempts_total{queue="mail",outcome="failed"}')).toBe(FAILED);
      expect(lines.get('drover_queue_attempts_total{queue="mail",outcome="completed"}')).toBe(COMPLETED);
      expect(lines.get('drover_alerts_firing{severity="critical"}')).toBe(1);
    }, 20_000);
  });
  afterAll(async () => {
    await worker?.close();
    await drover?.stop();
    await queues?.close();
    await server?.stop();
  });

  it('agrees with the API', async () => {
    const lines = parse(await scrape());
    const reply = await fetch(`${drover.url}${apiBasePath}/queues/health`, {
      headers: { Authorization: `Bearer ${apiToken}` },
    });
    const mail = ((await reply.json()) as QueueHealthStatus[]).find(({ queueName }) => queueName === 'mail');
    expect(mail?.metrics).toMatchObject({ completedTotal: COMPLETED, failedTotal: FAILED, completed: COMPLETED });
    expect(lines.get('drover_queue_jobs{queue="mail",state="completed"}')).toBe(COMPLETED);
    expect(lines.get('drover_queue_jobs{queue="mail",state="failed"}')).toBe(FAILED);
    expect(lines.get('drover_queue_workers{queue="mail",state="ready"}')).toBe(mail?.workers?.ready);
  });

  it('has each attempt in its histograms, and by job name', async () => {
    const lines = parse(await scrape());
    expect(lines.get('drover_queue_processing_seconds_count{queue="mail"}')).toBe(COMPLETED + FAILED);
    expect(lines.get('drover_queue_wait_seconds_bucket{queue="mail",le="+Inf"}')).toBe(COMPLETED + FAILED);
    expect(lines.get('drover_job_attempts_total{queue="mail",name="welcome",outcome="completed"}')).toBe(COMPLETED);
    expect(lines.get('drover_job_attempts_total{queue="mail",name="broken",outcome="failed"}')).toBe(FAILED);
  });

  it.each(['prometheus/drover.rules.yml', 'prometheus/drover.rules.test.yml', 'grafana/drover.json'])(
    'has every metric that %s asks for',
    async (file) => {
      const asked = namesIn(file);
      expect(asked.length).toBeGreaterThan(10);
      // Of a queue whose workers Drover runs, which is none here.
      const elsewhere = new Set(['drover_queue_workers_desired']);
      const there = new Set([...parse(await scrape()).keys()].map((line) => line.replace(/\{.*/, '')));
      expect(asked.filter((name) => !there.has(name) && !elsewhere.has(name))).toEqual([]);
    },
  );

  it.skipIf(promtool === undefined)('is accepted by promtool, without a remark on a metric of ours', async () => {
    const page = await scrape();
    const ours = page.split('\n').filter((line) => /^(# (HELP|TYPE) )?drover_/.test(line));
    expect(check(`${ours.join('\n')}\n`)).toEqual({ status: 0, said: '' });
    // prom-client calls some gauges of the process `_total`, which is remarked upon (3); 1 would be a format error.
    expect(check(page).status).not.toBe(1);
  });
});

it.skipIf(promtool === undefined)('ships rules that promtool accepts, and that fire when they should', () => {
  const folder = fileURLToPath(new URL('prometheus/', deploy));
  for (const args of [
    ['check', 'rules', 'drover.rules.yml'],
    ['test', 'rules', 'drover.rules.test.yml'],
  ]) {
    const { status, stdout, stderr } = spawnSync(promtool ?? '', args, {
      cwd: folder,
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect([status, status === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  }
});
