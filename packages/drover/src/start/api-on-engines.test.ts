import {
  type Alert,
  apiBasePath,
  commonFaults,
  type OperationResponse,
  type Route,
  type RouteName,
  routeNames,
  routes,
} from '@drover/contract';
import { errorResponse, routeSchemas } from '@drover/contract/schemas';
import { openQueues } from '@drover/engines';
import { failJobs, startPostgres, startRedis } from '@drover/testkit';
import { Worker } from '@drover/worker';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { resolveConfig } from '../config/resolve-config.js';
import { type RunningDrover, startDrover } from './start-drover.js';

const token = 'a-token-of-the-environment';
const servers = { redis: startRedis, postgres: startPostgres } as const;
const JOBS = 30;
/** Stands where the rule below hides it, and in the texts beside: no reply may hold it. */
const secret = 'marker-4242-of-a-card';

interface Example {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** 200 unless told: what a real herd answers here. */
  readonly status?: number;
}

/**
 * The whole API over real HTTP and a real engine: monitor, services, stores and queues as
 * users run them. What each route does with every kind of input is told by the table tests
 * of the control plane; here, that what stands behind it is the same on every engine.
 */
describe.each(Object.keys(servers) as (keyof typeof servers)[])('the API on %s', (kind) => {
  let server: { readonly url: string; stop(): Promise<void> };
  let drover: RunningDrover;
  let queues: Awaited<ReturnType<typeof openQueues>>;
  let worker: { close(): Promise<void> };
  /** All that was replied and logged, and by what. */
  const shown: [source: string, text: string][] = [];

  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${drover.url}${apiBasePath}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
  const get = async <T>(path: string) => (await (await call('GET', path)).json()) as T;
  const pathOf = (name: RouteName, params: Readonly<Record<string, string>>) =>
    routes[name].path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? 'mail'));

  beforeAll(async () => {
    server = await servers[kind]();
    queues = await openQueues(server.url);
    await failJobs(queues, 'mail', JOBS, { priority: 3 });
    await failSecretly(queues);
    await queues.queue('a/b ü').add('job', {});
    await queues.queue('mail').addBulk(Array.from({ length: JOBS }, () => ({ name: 'job', data: {} })));
    const value = {
      engine: server.url,
      port: 0,
      tickMs: 1_000,
      redact: ['*.password'],
      queues: { mail: {}, 'a/b ü': {} },
      thresholds: { queueDepth: { warning: 5, critical: 10 }, alertAfterMs: 0 },
      notifiers: { ops: { type: 'slack', url: 'http://127.0.0.1:9/nobody-listens' } },
    };
    const config = resolveConfig({ value, name: 'test', folder: '/' }, {}, {});
    const log = pino({ level: 'trace' }, { write: (line: string) => void shown.push(['the log', line]) });
    drover = await startDrover({ config, log, observe: false, env: { DROVER_API_TOKEN: token } });
    const { options, backendFactory } = queues.workerArgs();
    worker = new Worker('idle', async () => undefined, { ...options, drover: { workerId: 'theirs' } }, backendFactory);
    await vi.waitFor(
      async () => {
        expect(await get<Alert[]>('/alerts')).toMatchObject([{ queueName: 'mail', severity: 'critical' }]);
        expect(JSON.stringify(await get('/workers/memory'))).toContain('theirs');
      },
      { timeout: 20_000 },
    );
  });
  afterAll(async () => {
    await worker?.close();
    await drover?.stop();
    await queues?.close();
    await server?.stop();
  });

  const theSecretJob = { params: { queueName: 'payments', jobId: 'secret' } };

  async function aWaitingJob() {
    const { jobs } = await get<{ jobs: { jobId: string }[] }>('/queues/mail/jobs?limit=1');
    return { params: { jobId: jobs[0]?.jobId ?? '' } };
  }

  /** What a call needs that only a running herd knows. */
  const examples: Partial<Record<RouteName, () => Promise<Example> | Example>> = {
    acknowledgeAlert: async () => ({ params: { alertId: (await get<Alert[]>('/alerts'))[0]?.id ?? '' } }),
    acknowledgeAlerts: () => ({ body: { ids: ['nothing'] } }),
    updateAlertThresholds: () => ({ body: { errorRate: { warning: 6, critical: 30 } } }),
    updateQueueAlertThresholds: () => ({ body: { errorRate: { warning: 7 } } }),
    createAlertSilence: () => ({ body: { until: new Date(Date.now() + 60_000).toISOString(), why: 'a test' } }),
    deleteAlertSilence: async () => {
      const [silence] = await get<{ id: string }[]>('/alerts/silences');
      return { params: { silenceId: silence?.id ?? '' } };
    },
    testAlertNotifier: () => ({ params: { notifierName: 'ops' } }),
    updateMemoryConfig: () => ({ body: { worker: { softLimit: 300 } } }),
    // A worker in an application's process is not ours to end.
    recycleWorker: () => ({ params: { workerId: 'theirs' }, body: { reason: 'memory' }, status: 409 }),
    updateScalingPolicy: () => ({ body: { maxWorkers: 4 } }),
    getRateLimitStatus: () => ({ params: { limiterName: 'stripeApi' } }),
    getRateLimitHistory: () => ({ params: { limiterName: 'stripeApi' } }),
    updateRateLimit: () => ({ params: { limiterName: 'stripeApi' }, body: { perSecond: 9 } }),
    updateTimeout: () => ({ body: { timeout: 60_000 } }),
    cleanQueue: () => ({ body: { status: 'failed', grace: 0, limit: 3 } }),
    createSchedule: () => ({
      body: {
        queueName: 'mail',
        scheduleId: 'nightly',
        jobName: 'report',
        pattern: '0 3 * * *',
        data: { password: secret },
      },
    }),
    getSchedule: async () => {
      await call('POST', '/schedules', {
        queueName: 'mail',
        scheduleId: 'shown',
        jobName: 'report',
        everyMs: 3_600_000,
      });
      return { params: { scheduleId: 'shown' } };
    },
    updateSchedule: () => ({ params: { scheduleId: 'nightly' }, body: { everyMs: 7_200_000, attempts: 2 } }),
    pauseSchedule: () => ({ params: { scheduleId: 'nightly' } }),
    resumeSchedule: () => ({ params: { scheduleId: 'nightly' } }),
    runSchedule: () => ({ params: { scheduleId: 'nightly' } }),
    // Removed last: the others are about it.
    deleteSchedule: async () => {
      await call('POST', '/schedules', {
        queueName: 'mail',
        scheduleId: 'gone',
        jobName: 'report',
        everyMs: 3_600_000,
      });
      return { params: { scheduleId: 'gone' } };
    },
    setScalingHold: () => ({ body: { workers: 1, seconds: 60, reason: 'a test' } }),
    endScalingHold: async () => {
      await call('POST', '/scaling/hold/mail', { workers: 1, seconds: 60, reason: 'a test' });
      return {};
    },
    simulateScaling: () => ({ body: { queueName: 'mail', service: { meanMs: 500 }, policy: { maxWorkers: 9 } } }),
    updateDefaultTimeout: () => ({ body: { timeout: 60_000, shadow: true } }),
    deleteRateLimit: async () => {
      await call('PATCH', '/rate-limits/partnerApi', { perSecond: 5 });
      return { params: { limiterName: 'partnerApi' } };
    },
    createUser: () => ({ body: { email: 'grace@example.com', role: 'viewer', password: 'never used by anybody' } }),
    updateUser: () => ({ params: { userId: 'grace@example.com' }, body: { role: 'operator' } }),
    createToken: () => ({ body: { name: 'deploys', role: 'viewer' } }),
    revokeToken: async () => ({ params: { tokenId: await newToken() } }),
    updateRoleSwitches: () => ({ body: { viewer: true } }),
    getJob: () => theSecretJob,
    getJobLogs: () => theSecretJob,
    getJobTree: () => theSecretJob,
    getJobValue: () => theSecretJob,
    searchJobs: () => ({ body: { filter: { error: 'was declined' }, limit: 10 } }),
    scanFailures: () => ({ body: { queues: ['mail', 'payments'] } }),
    addJob: () => ({ body: { name: 'welcome', data: { password: secret }, options: { attempts: 3 } } }),
    changeJobs: () => ({ body: { action: 'retry', jobIds: ['not-there'] } }),
    editJob: async () => ({ ...(await aWaitingJob()), body: { priority: 3 } }),
    duplicateJob: async () => ({
      ...(await aWaitingJob()),
      body: { data: { password: secret }, options: { priority: 3 } },
    }),
    restoreJobs: () => ({ body: { ids: ['no-longer-there'] } }),
    releaseJobs: () => ({ body: { ids: ['no-longer-there'] } }),
    discardJobs: () => ({ body: { ids: ['no-longer-there'] } }),
    startOperation: () => ({ body: { kind: 'pause', queues: ['mail', 'a/b ü'] } }),
    getOperation: async () => ({ params: { operationId: await newOperation() } }),
    // Ended or not by then: whoever cancels is told.
    cancelOperation: async () => ({ params: { operationId: await newOperation() } }),
  };
  const newToken = async () => {
    const reply = await call('POST', '/access/tokens', { name: 'old', role: 'viewer' });
    return ((await reply.json()) as { info: { id: string } }).info.id;
  };
  const newOperation = async () => {
    const reply = await call('POST', '/operations', { kind: 'retry-failed', queues: ['mail'], dryRun: true });
    return ((await reply.json()) as OperationResponse).operation.id;
  };

  it.each(routeNames)('%s answers what its schema says', async (name) => {
    const { method, stream, download }: Route = routes[name];
    const { params = {}, body, status = 200 } = (await examples[name]?.()) ?? {};
    const reply = await call(method, pathOf(name, params), body);
    const allowed = name === 'cancelOperation' ? [200, 409] : [status];
    if (!allowed.includes(reply.status)) expect(`${reply.status} ${await reply.text()}`).toBe(allowed.join(' or '));
    if (stream) return readStart(name, reply);
    const text = await reply.text();
    shown.push([name, text]);
    if (download) return;
    const schema = reply.ok ? routeSchemas[name].reply : errorResponse;
    expect(schema.safeParse(JSON.parse(text)).error).toBeUndefined();
  });

  async function readStart(name: RouteName, reply: Response): Promise<void> {
    const reader = reply.body?.getReader();
    const first = await reader?.read();
    shown.push([name, new TextDecoder().decode(first?.value)]);
    await reader?.cancel();
  }

  it('shows nothing of what rules hide: in no reply, refusal, metric, audit entry or line of its log', async () => {
    for (const name of routeNames) {
      const { body } = (await examples[name]?.()) ?? {};
      if (body === undefined) continue;
      const wrong = Object.fromEntries(Object.keys(body).map((field) => [field, { password: secret }]));
      shown.push([`a refusal of ${name}`, await (await call(routes[name].method, pathOf(name, {}), wrong)).text()]);
    }
    for (const path of ['/audit', '/jobs/trash', '/operations', '/alerts', '/queues/payments/jobs?state=failed']) {
      shown.push([path, await (await call('GET', path)).text()]);
    }
    const headers = { Authorization: `Bearer ${token}` };
    const metrics = await (await fetch(`${drover.url}/metrics`, { headers })).text();
    expect(metrics).toContain('drover_');
    shown.push(['/metrics', metrics]);
    expect(shown.filter(([, text]) => text.includes(secret))).toEqual([]);
    const hiding = shown.filter(([, text]) => text.includes('[redacted]')).map(([source]) => source);
    expect(hiding).toEqual(
      expect.arrayContaining([
        'getJob',
        'getJobLogs',
        'getJobValue',
        'searchJobs',
        '/queues/payments/jobs?state=failed',
      ]),
    );
    expect(shown.map(([source]) => source)).toContain('the log');
  });

  const named = routeNames.filter((name) => routes[name].path.includes(':'));
  it.each(
    named.flatMap((name) =>
      ['a/b ü', '%2F', "'; DROP", '\u0000', 'x'.repeat(200), 'x'.repeat(201)].map((text) => ({ name, text })),
    ),
  )('$name answers a name like $text with a fault of its table, or does it', async ({ name, text }) => {
    const { method, path, faults }: Route = routes[name];
    const { body } = (await examples[name]?.()) ?? {};
    const parameter = /:(\w+)/.exec(path)?.[1] ?? '';
    const reply = await call(method, pathOf(name, { [parameter]: text }), body);
    if (reply.ok) return reply.body?.cancel();
    const { code } = errorResponse.parse(await reply.json());
    expect(code).not.toBe('internal');
    expect([...commonFaults, ...faults]).toContain(code);
  });
});

/** A failed job with the secret in its payload, progress, error, stack and log. */
async function failSecretly(queues: Awaited<ReturnType<typeof openQueues>>): Promise<void> {
  const { options, backendFactory } = queues.workerArgs();
  const worker = new Worker(
    'payments',
    async (job) => {
      await job.log(`charging ${secret}`);
      await job.updateProgress({ password: secret });
      throw new Error(`card ${secret} was declined`);
    },
    options,
    backendFactory,
  );
  const failed = new Promise((resolve) => worker.once('failed', resolve));
  await queues.queue('payments').add('charge', { password: secret }, { jobId: 'secret' });
  await failed;
  await worker.close();
}
