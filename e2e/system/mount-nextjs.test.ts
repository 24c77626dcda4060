import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { QueueSystemApiClient } from '@drover/client';
import { apiBasePath } from '@drover/contract';
import { freePort, type RedisServer, startRedis } from '@drover/testkit';
import { type Browser, chromium } from '@playwright/test';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { npm, packPackages } from '../support/packed-packages.js';
import { Project } from '../support/run-drover.js';
import { ServerProcess } from '../support/server-process.js';

const example = fileURLToPath(new URL('../../examples/nextjs', import.meta.url));

let project: Project;
let redis: RedisServer;
let queue: Queue;
let next: ServerProcess;
let browser: Browser | undefined;
/** As next-auth knows the application: its cookies and redirects are of this host. */
let address: string;

// As a user installs it, in a folder of its own: linked packages would bring a second React along.
beforeAll(async () => {
  project = new Project({});
  cpSync(example, project.folder, { recursive: true, filter: (path) => !/node_modules|\.next$/.test(path) });
  npm(['install', '--silent', '--prefer-offline', '--no-audit', ...packPackages(project.folder)], project.folder);
  const cli = join(project.folder, 'node_modules/next/dist/bin/next');
  redis = await startRedis();
  const port = await freePort();
  address = `http://localhost:${port}`;
  const env = {
    DROVER_ENGINE: redis.url,
    NEXTAUTH_SECRET: 'a secret for the test alone',
    NEXTAUTH_URL: address,
    NEXT_TELEMETRY_DISABLED: '1',
    ADA_PASSWORD: 'a secret of ada',
    GRACE_PASSWORD: 'a secret of grace',
  };
  const build = await ServerProcess.run([cli, 'build'], project.folder, env);
  expect(build.child.exitCode, build.output).toBe(0);
  queue = new Queue('email-sending', { connection: { host: '127.0.0.1', port: redis.port } });
  await queue.add('welcome', { to: 'ada' });
  next = await ServerProcess.start([cli, 'start', '-p', String(port)], project.folder, env);
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await next?.stop();
  await queue?.close();
  await redis?.stop();
  project?.remove();
});

/** Signs in as next-auth's own form does; requests then carry next-auth's cookies. */
async function signIn(email: string, password: string) {
  const cookies = new Map<string, string>();
  const headersNow = () => ({ Cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') });
  const request = async (path: string, init: RequestInit = {}) => {
    const headers = headersNow();
    const response = await fetch(`${next.url}${path}`, { redirect: 'manual', ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  const { csrfToken } = (await (await request('/api/auth/csrf')).json()) as { csrfToken: string };
  const body = new URLSearchParams({ email, password, csrfToken, json: 'true' });
  await request('/api/auth/callback/credentials', { method: 'POST', body });
  return { request, headers: headersNow() };
}

async function clientOf(email: string, password: string): Promise<QueueSystemApiClient> {
  const { request, headers } = await signIn(email, password);
  return new QueueSystemApiClient({
    baseUrl: `${next.url}${apiBasePath}`,
    headers,
    getSession: async () => {
      const session = (await (await request('/api/auth/session')).json()) as { user?: unknown };
      return session.user ? session : null;
    },
  });
}

it("lets admins of the application in by next-auth's session, and nobody else", async () => {
  const ada = await clientOf('ada@example.test', 'a secret of ada');
  await vi.waitFor(
    async () => {
      const [health] = await ada.getQueuesHealth();
      expect(health).toMatchObject({ queueName: 'email-sending', metrics: { waiting: 1 } });
    },
    { timeout: 30_000, interval: 250 },
  );
  const grace = await clientOf('grace@example.test', 'a secret of grace');
  await expect(grace.getDashboardSummary()).rejects.toMatchObject({ status: 401 });
  const nobody = await clientOf('ada@example.test', 'not her secret');
  await expect(nobody.getDashboardSummary()).rejects.toMatchObject({ message: 'Not authenticated', status: 401 });
});

it('carries changes and the event stream', async () => {
  const ada = await clientOf('ada@example.test', 'a secret of ada');
  expect(await ada.pauseQueue('email-sending')).toMatchObject({ success: true, status: 'paused' });
  expect(await queue.isPaused()).toBe(true);
  const seen = vi.fn();
  const stream = ada.openEvents({ onSnapshot: seen, onDelta: seen });
  await vi.waitFor(() => expect(seen.mock.calls.length).toBeGreaterThan(1), { timeout: 20_000 });
  stream.close();
});

it("shows Drover's panels on a page of the application, once its admin has signed in", async () => {
  browser = await chromium.launch({
    executablePath: process.env.DROVER_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
  });
  const page = await browser.newPage();
  await page.goto(`${address}/jobs`);
  await page.getByLabel('Email').fill('ada@example.test');
  await page.getByLabel('Password').fill('a secret of ada');
  await page.getByRole('button', { name: /^Sign in/ }).click();
  await page.getByText('email-sending').first().waitFor();
  expect(page.url()).toBe(`${address}/jobs`);
  for (const words of ['Total Queues', 'Jobs/Minute', 'No Active Alerts', 'Queue Health Status']) {
    expect(await page.getByText(words).count(), words).toBe(1);
  }

  // The application's own elements look as they do without the panels' styles, whatever they are.
  const own = await page.evaluate(() => {
    const host = document.createElement('div');
    host.innerHTML =
      '<h1>a</h1><h3>a</h3><p>a</p><ul><li>a</li></ul><dl><dd>a</dd></dl><button>a</button><time>a</time>';
    document.body.append(host);
    // Custom properties style nothing by themselves.
    const look = () =>
      [...host.querySelectorAll('*')].map((element) => {
        const style = getComputedStyle(element);
        const names = [...style].filter((name) => !name.startsWith('--'));
        return names.map((name) => `${name}: ${style.getPropertyValue(name)}`).join('; ');
      });
    const panel = document.querySelector('.drover-card');
    const border = () => panel && getComputedStyle(panel).borderTopWidth;
    const withStyles = { look: look(), border: border() };
    for (const sheet of document.styleSheets) sheet.disabled = true;
    return { withStyles, without: { look: look(), border: border() } };
  });
  expect(own.withStyles.look).toEqual(own.without.look);
  expect([own.withStyles.border, own.without.border]).toEqual(['1px', '0px']);
});

it('shows that page to nobody else', async () => {
  const nobody = await fetch(`${address}/jobs`, { redirect: 'manual' });
  expect([nobody.status, nobody.headers.get('location')]).toEqual([307, '/api/auth/signin?callbackUrl=/jobs']);
  const grace = await signIn('grace@example.test', 'a secret of grace');
  expect((await grace.request('/jobs')).status).toBe(404);
});
