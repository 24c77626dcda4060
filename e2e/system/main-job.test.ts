import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type RedisServer, startRedis } from '@drover/testkit';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { admin, apiToken, Project } from '../support/run-drover.js';

const execute = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

interface Queue {
  readonly queueName: string;
  readonly metrics: { readonly completedTotal?: number; readonly errorRate: number };
}

const engines = [
  { name: 'the embedded engine', start: async () => null },
  { name: 'Redis', start: (): Promise<RedisServer | null> => startRedis() },
];

describe.each(engines)('npm start on $name', ({ start }) => {
  const folder = new Project({});
  let redis: RedisServer | null = null;
  let env: NodeJS.ProcessEnv;
  let shop: ChildProcess;
  let output = '';
  let url = '';

  const until = (check: () => Promise<void> | void) => vi.waitFor(check, { timeout: 120_000, interval: 500 });
  const queues = async (): Promise<Queue[]> => {
    const headers = { authorization: `Bearer ${apiToken}` };
    return (await (await fetch(`${url}/api/admin/queue-system/queues/health`, { headers })).json()) as Queue[];
  };
  const command = async (...args: string[]): Promise<string> =>
    (await execute('npm', ['run', '--silent', 'shop', '--', ...args], { cwd: root, env })).stdout;

  /** npm may end before what it started: the end is when nothing answers any more. */
  const stop = async (): Promise<void> => {
    if (shop.exitCode === null && shop.signalCode === null) {
      shop.kill('SIGTERM');
      await once(shop, 'exit');
    }
    await until(async () => {
      await expect(fetch(url)).rejects.toThrow();
    });
  };

  beforeAll(async () => {
    redis = await start();
    env = {
      ...process.env,
      PORT: '0',
      DROVER_ENGINE: redis?.url ?? 'embedded',
      DROVER_DATA_DIR: join(folder.folder, '.drover'),
      SHOP_DATA_DIR: join(folder.folder, 'data'),
      DROVER_ADMIN_EMAIL: admin.email,
      DROVER_ADMIN_PASSWORD: admin.password,
      DROVER_API_TOKEN: apiToken,
    };
    shop = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [shop.stdout, shop.stderr]) stream?.on('data', (chunk) => (output += String(chunk)));
    await until(() => expect(output).toMatch(/Drover ready on http:\S+/));
    url = /Drover ready on (http:\S+)/.exec(output)?.[1] ?? '';
  });

  afterAll(async () => {
    await stop();
    await redis?.stop();
    folder.remove();
  });

  it('does real work on seven queues, with outputs that a person can open', async () => {
    await until(async () => {
      const working = (await queues()).filter(({ metrics }) => (metrics.completedTotal ?? 0) > 0);
      expect(working.map(({ queueName }) => queueName)).toEqual(
        expect.arrayContaining([
          'asset-processing',
          'database-writes',
          'email-sending',
          'payments',
          'search-indexing',
          'tax-generation',
        ]),
      );
      expect(await queues()).toHaveLength(7);
    });
    const made = readdirSync(join(folder.folder, 'data'), { recursive: true }).map(String);
    for (const ending of ['.eml', '.pdf', '.webp']) expect(made.some((name) => name.endsWith(ending))).toBe(true);
    const invoice = made.find((name) => name.endsWith('.pdf')) ?? '';
    expect(
      readFileSync(join(folder.folder, 'data', invoice))
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  it('makes trouble when told, and mends it', async () => {
    expect(await command('help')).toContain('flash-sale');
    expect(await command('flash-sale', '--seconds', '5')).toMatch(/Drover/);
    expect(await command('break', 'payments')).toMatch(/Watch in Drover/);
    await until(async () => {
      const payments = (await queues()).find(({ queueName }) => queueName === 'payments');
      expect(payments?.metrics.errorRate).toBeGreaterThan(5);
    });
    await command('fix', 'all');
  });

  it('ends in order when it is told to', async () => {
    await stop();
    expect(output).not.toMatch(/UnhandledPromiseRejection|TypeError/);
  });
});
