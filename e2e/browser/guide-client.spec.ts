import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, type Page, test } from '@playwright/test';
import { build } from 'esbuild';
import { busyProject } from '../support/busy-project.js';
import { guide, writeGuideCode } from '../support/guide-code.js';
import { npm } from '../support/packed-packages.js';
import { admin, DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let project: Project;
let code: Project;
let drover: DroverProcess;
let script: string;

test.skip(guide === null, 'the integration guide is not beside the repository; DROVER_GUIDE says where it is');

test.beforeAll(async () => {
  test.setTimeout(240_000);
  code = new Project({ 'package.json': '{ "name": "guide", "private": true, "type": "module" }' });
  writeGuideCode(guide ?? '', code.folder);
  cpSync(join(root, 'e2e/browser/guide/page.tsx'), join(code.folder, 'page.tsx'));
  // next-auth asks for Next.js as its peer, 350 MB that its client code never loads.
  npm(['install', '--silent', '--legacy-peer-deps', 'next-auth@4.24.15'], code.folder);
  for (const name of ['react', 'react-dom', '@tanstack', 'sonner', '@types']) {
    symlinkSync(join(root, 'node_modules', name), join(code.folder, 'node_modules', name));
  }
  const bundle = await build({
    entryPoints: [join(code.folder, 'page.tsx')],
    bundle: true,
    format: 'iife',
    write: false,
    alias: { '@': code.folder },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}' },
    logLevel: 'error',
  });
  script = bundle.outputFiles[0]?.text ?? '';
  project = busyProject({ thresholds: { alertAfterMs: 0, resolveAfterMs: 600_000 } });
  drover = await DroverProcess.start(project);
  await runScript(project, 'add-jobs.mjs', ['failing', '60']);
  await runScript(project, 'add-jobs.mjs', ['quick', '200']);
});

test.afterAll(async () => {
  await drover?.stop();
  project?.remove();
  code?.remove();
});

interface GuidePage {
  signIn(email: string, password: string): Promise<{ ok: boolean }>;
  getSession(): Promise<{ user: { email: string } } | null>;
  call(name: string, args: unknown[]): Promise<unknown>;
  runHook(name: string, args: unknown[], variables?: unknown): Promise<unknown>;
}

/** A page of the origin of Drover with the guide's code in it, and nothing of ours. */
async function open(page: Page): Promise<void> {
  await page.route('**/guide', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<!doctype html><div id="root"></div><script src="/guide.js"></script>',
    }),
  );
  await page.route('**/guide.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${drover.url}/guide`);
}

async function signIn(page: Page): Promise<void> {
  const { ok } = await page.evaluate(
    ({ email, password }) => (window as unknown as { guide: GuidePage }).guide.signIn(email, password),
    admin,
  );
  expect(ok).toBe(true);
}

const call = <T>(page: Page, name: string, ...args: unknown[]): Promise<T> =>
  page.evaluate(
    ([method, given]) => (window as unknown as { guide: GuidePage }).guide.call(method, given) as Promise<never>,
    [name, args] as const,
  );

const hook = <T>(page: Page, name: string, args: unknown[] = [], variables?: unknown): Promise<T> =>
  page.evaluate(
    ([named, given, vars]) =>
      (window as unknown as { guide: GuidePage }).guide.runHook(named, given, vars) as Promise<never>,
    [name, args, variables] as const,
  );

test('compiles, with the types that it forgets to import', () => {
  mkdirSync(join(code.folder, 'check'), { recursive: true });
  const compilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: 'es2022',
    module: 'esnext',
    moduleResolution: 'bundler',
    lib: ['es2022', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    types: [],
    paths: { '@/*': ['./*'] },
  };
  const include = ['types/**/*.ts', 'lib/**/*.ts', 'hooks/**/*.ts'];
  writeFileSync(join(code.folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
  const tsc = join(root, 'node_modules/ts7/bin/tsc');
  try {
    execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { cwd: code.folder, encoding: 'utf8' });
  } catch (error) {
    expect((error as { stdout: string }).stdout).toBe('');
  }
});

test('asks for a sign-in first', async ({ page }) => {
  await open(page);
  expect(await page.evaluate(() => (window as unknown as { guide: GuidePage }).guide.getSession())).toBeNull();
  await expect(call(page, 'getDashboardSummary')).rejects.toThrow('Not authenticated');
  await signIn(page);
  expect(await page.evaluate(() => (window as unknown as { guide: GuidePage }).guide.getSession())).toMatchObject({
    user: { email: admin.email },
  });
});

test('reads with every method', async ({ page }) => {
  await open(page);
  await signIn(page);
  expect(await call(page, 'getSystemHealth')).toMatchObject({ queues: { totalQueues: 2 }, memory: {} });
  expect(await call(page, 'getDashboardSummary')).toMatchObject({ totalQueues: 2 });
  expect(await call(page, 'getQueuesHealth')).toHaveLength(2);
  expect(await call(page, 'getQueueMetrics', 'quick')).toMatchObject({ current: { queueName: 'quick' } });
  const metrics = await call<{ history: unknown[] }>(page, 'getQueueMetrics', 'quick', {
    history: true,
    historyLimit: 5,
  });
  expect(metrics.history.length).toBeLessThanOrEqual(5);
  expect(await call(page, 'getWorkerMemory')).toMatchObject({ totalWorkers: 3 });
  expect(await call(page, 'getCurrentMemory')).toMatchObject({ limits: { softLimitMB: expect.any(Number) } });
  expect(await call(page, 'getMemoryConfig')).toMatchObject({ worker: {}, jobSpecific: {}, recycling: {} });
  expect(await call(page, 'getScalingPolicies')).toContainEqual(expect.objectContaining({ queueName: 'quick' }));
  expect(await call(page, 'getScalingDecision', 'quick')).toMatchObject({
    action: expect.stringMatching(/^scale_|maintain/),
  });
  expect(await call(page, 'getScalingHistory', 'quick', { limit: 5, since: '2026-01-01T00:00:00Z' })).toMatchObject({
    queueName: 'quick',
  });
  expect(await call(page, 'getRateLimitConfig')).toMatchObject({ stripeApi: { perSecond: expect.any(Number) } });
  expect(await call(page, 'getRateLimitStatus', 'stripeApi')).toMatchObject({ windows: { perSecond: { current: 0 } } });
  expect(await call(page, 'getTimeoutConfig')).toHaveProperty('quick');
  expect(await call(page, 'getExecutionStats', 'quick')).toMatchObject({ queueName: 'quick' });
});

test('changes with every method', async ({ page }) => {
  await open(page);
  await signIn(page);
  expect(await call(page, 'pauseQueue', 'quick')).toMatchObject({ success: true, status: 'paused' });
  expect(await call(page, 'resumeQueue', 'quick')).toMatchObject({ success: true, status: 'active' });
  const clean = { status: 'completed', grace: 0, limit: 10 };
  expect(await call(page, 'cleanQueue', 'quick', clean)).toMatchObject({ success: true, removed: 10 });
  expect(await call(page, 'retryFailedJobs', 'failing', 5)).toMatchObject({ success: true, total: 5, retried: 5 });
  const policy = { maxWorkers: 6, scaleUpThreshold: { queueDepth: 400 } };
  expect(await call(page, 'updateScalingPolicy', 'quick', policy)).toMatchObject({
    success: true,
    policy: { queueName: 'quick', ...policy },
  });
  const timeout = { timeout: 45_000, adaptiveEnabled: true };
  expect(await call(page, 'updateTimeout', 'quick', timeout)).toMatchObject({
    success: true,
    config: { queueName: 'quick', ...timeout },
  });
  const { workers } = await call<{ workers: { workerId: string; queueName: string }[] }>(page, 'getWorkerMemory');
  const worker = workers.find(({ queueName }) => queueName === 'quick');
  const request = { reason: 'the test asks for it', graceful: true };
  expect(await call(page, 'recycleWorker', worker?.workerId, request)).toMatchObject({
    success: true,
    status: 'recycling',
  });
  await expect(call(page, 'pauseQueue', 'no-such-queue')).rejects.toThrow('no-such-queue');
});

test('acknowledges an alert', async ({ page }) => {
  await open(page);
  await signIn(page);
  const firing = () =>
    call<{ id: string; acknowledged: boolean }[]>(page, 'getActiveAlerts', {
      queueName: 'failing',
      acknowledged: false,
    });
  await expect.poll(async () => (await firing()).length, { timeout: 60_000 }).toBeGreaterThan(0);
  const [alert] = await firing();
  expect(await call(page, 'acknowledgeAlert', alert?.id)).toMatchObject({
    success: true,
    alert: { id: alert?.id, acknowledged: true, acknowledgedBy: expect.stringContaining(admin.email) },
  });
  await expect.poll(async () => (await firing()).some(({ id }) => id === alert?.id)).toBe(false);
});

test('reads and changes with every hook', async ({ page }) => {
  await open(page);
  await signIn(page);
  expect(await hook(page, 'useDashboardSummary')).toMatchObject({ totalQueues: 2 });
  expect(await hook(page, 'useSystemHealth')).toMatchObject({ queues: { totalQueues: 2 } });
  expect(await hook(page, 'useQueuesHealth')).toHaveLength(2);
  expect(await hook(page, 'useQueueMetrics', ['quick'])).toMatchObject({ current: { queueName: 'quick' } });
  expect(await hook(page, 'useActiveAlerts')).toBeInstanceOf(Array);
  expect(await hook(page, 'useWorkerMemory')).toMatchObject({ totalWorkers: expect.any(Number) });
  expect(await hook(page, 'useCurrentMemory')).toHaveProperty('stats');
  expect(await hook(page, 'useScalingPolicies')).toBeInstanceOf(Array);
  expect(await hook(page, 'useScalingDecision', ['quick'])).toHaveProperty('action');
  expect(await hook(page, 'useScalingHistory', ['quick', { limit: 5 }])).toHaveProperty('history');
  expect(await hook(page, 'useRateLimitConfig')).toHaveProperty('emailSending');
  expect(await hook(page, 'useRateLimitStatus', ['stripeApi'])).toHaveProperty('windows');
  expect(await hook(page, 'useExecutionStats', ['quick'])).toHaveProperty('recentExecutions');

  expect(await hook(page, 'usePauseQueue', [], 'quick')).toMatchObject({ status: 'paused' });
  await expect(page.getByText('Queue quick paused')).toBeVisible();
  expect(await hook(page, 'useResumeQueue', [], 'quick')).toMatchObject({ status: 'active' });
  const clean = { queueName: 'quick', request: { status: 'completed', limit: 5 } };
  expect(await hook(page, 'useCleanQueue', [], clean)).toMatchObject({ removed: 5 });
  expect(await hook(page, 'useRetryFailedJobs', [], { queueName: 'failing', limit: 2 })).toMatchObject({ retried: 2 });
  const policy = { queueName: 'quick', update: { maxWorkers: 5 } };
  expect(await hook(page, 'useUpdateScalingPolicy', [], policy)).toMatchObject({ policy: { maxWorkers: 5 } });
  const [alert] = await call<{ id: string }[]>(page, 'getActiveAlerts', { queueName: 'failing' });
  expect(await hook(page, 'useAcknowledgeAlert', [], alert?.id)).toMatchObject({ success: true });
  const { workers } = await call<{ workers: { workerId: string; queueName: string }[] }>(page, 'getWorkerMemory');
  const worker = workers.find(({ queueName }) => queueName === 'failing');
  const recycle = { workerId: worker?.workerId, request: { reason: 'the test asks for it' } };
  expect(await hook(page, 'useRecycleWorker', [], recycle)).toMatchObject({ status: 'recycling' });
});
