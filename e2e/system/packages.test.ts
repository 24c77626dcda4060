import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { npm, packPackages, published } from '../support/packed-packages.js';
import { DroverProcess, Project } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
let project: Project;
let files: readonly string[];

beforeAll(() => {
  project = new Project({ 'package.json': '{ "name": "their-app", "private": true, "type": "module" }' });
  files = packPackages(project.folder);
});

afterAll(() => project?.remove());

describe('the published packages', () => {
  it('install into an empty project and run a queue of its own', async () => {
    expect(files).toHaveLength(published.length);
    npm(['install', '--no-fund', '--silent', ...files, 'bullmq@6.7.0', 'ioredis@6.0.0', 'pg@8.23.1'], project.folder);
    const cli = join(project.folder, 'node_modules/drover/bin/drover.js');

    const init = DroverProcess.run(project, ['init'], { cli });
    await init.saw(/npx drover start/);
    const drover = await DroverProcess.start(project, { cli });
    try {
      expect(await runScript(project, 'jobs/add-example-jobs.mjs')).toContain('Added 10 jobs');
      await vi.waitFor(
        async () => {
          const queues = await drover.get<{ queueName: string; metrics: { completed: number } }[]>('/queues/health');
          expect(queues.find(({ queueName }) => queueName === 'example')?.metrics.completed).toBe(10);
        },
        { timeout: 60_000, interval: 500 },
      );
      const page = await fetch(drover.url);
      expect(await page.text()).toContain('<div id="root">');
    } finally {
      expect(await drover.stop()).toBe(0);
    }
  });

  it('give a program that requires them the one BullMQ that it has', () => {
    writeFileSync(
      join(project.folder, 'requires.cjs'),
      `const { Worker } = require('@drover/worker');
const bullmq = require('bullmq');
const worker = new Worker('required', async () => {}, { connection: { lazyConnect: true }, autorun: false });
worker.on('error', () => {});
console.log(worker instanceof bullmq.Worker);
process.exit(0);
`,
    );
    const printed = execFileSync(process.execPath, ['requires.cjs'], { cwd: project.folder, encoding: 'utf8' });
    expect(printed).toContain('true');
  });

  it('carry no tests and no sources', () => {
    for (const file of files) {
      const list = execFileSync('tar', ['-tzf', join(project.folder, file)], { encoding: 'utf8' });
      expect(list).not.toMatch(/\.test\.|\/src\/|\/testing\//);
    }
  });

  it('type-check in a strict project', () => {
    writeFileSync(
      join(project.folder, 'use.ts'),
      `import { defineConfig, connect } from 'drover';
import { Worker } from '@drover/worker';
import { JobPriority } from '@drover/contract';
import { QueueSystemApiClient } from '@drover/client';
export const config = defineConfig({ queues: { email: { processor: './email.js', concurrency: 5 } } });
export const worker = new Worker<{ to: string }, number>('email', async (job) => job.data.to.length, {
  connection: { host: '127.0.0.1' },
  autorun: false,
});
export const client = new QueueSystemApiClient();
export const priority: number = JobPriority.CRITICAL;
export async function add(): Promise<void> {
  const drover = await connect();
  await drover.queue('email').add('hello', { to: 'ada' });
}
`,
    );
    const tsc = join(root, 'node_modules/ts7/bin/tsc');
    const options = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2023',
      '--skipLibCheck',
      '--types',
      '',
    ];
    execFileSync(process.execPath, [tsc, ...options, 'use.ts'], { cwd: project.folder, stdio: 'pipe' });
  });
});
