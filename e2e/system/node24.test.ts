import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import { busyProject } from '../support/busy-project.js';
import { admin, DroverProcess } from '../support/run-drover.js';
import { runScript } from '../support/run-script.js';

/** Kept between runs: the package brings a whole Node. */
const folder = fileURLToPath(new URL('../../.build/node24', import.meta.url));

function node24(): string {
  const binary = join(folder, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--no-save', '--no-fund', '--no-audit', 'node@24'];
    execFileSync('npm', args, { stdio: 'pipe', env: { ...process.env, npm_config_ignore_scripts: 'false' } });
  }
  return binary;
}

describe('on Node 24', () => {
  it('starts, runs a worker and lets an administrator in', async () => {
    const node = node24();
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
    const project = busyProject();
    const drover = await DroverProcess.start(project, { node });
    try {
      await runScript(project, 'add-jobs.mjs', ['quick', '25']);
      await vi.waitFor(
        async () => {
          const queues =
            await drover.get<{ queueName: string; metrics: { completedTotal?: number } }[]>('/queues/health');
          expect(queues.find(({ queueName }) => queueName === 'quick')?.metrics.completedTotal).toBe(25);
        },
        { timeout: 60_000, interval: 500 },
      );
      const csrf = await fetch(`${drover.url}/api/auth/csrf`);
      const { csrfToken } = (await csrf.json()) as { csrfToken: string };
      const answer = await fetch(`${drover.url}/api/auth/callback/credentials`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          origin: drover.url,
          cookie: csrf.headers
            .getSetCookie()
            .map((cookie) => cookie.split(';')[0])
            .join('; '),
        },
        body: JSON.stringify({ csrfToken, ...admin, json: true }),
      });
      expect(answer.status).toBe(200);
      expect(answer.headers.getSetCookie().join()).toMatch(/session/);
    } finally {
      expect(await drover.stop()).toBe(0);
      project.remove();
    }
  });
});
