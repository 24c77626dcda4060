import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { choosePort } from '../services/listen-on-loopback.js';
import { temporaryFolder } from '../testing.js';
import { SupervisedChild } from './supervised-child.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a side process that dies is started again, and one that is stopped is not', async () => {
  const pids = join(folder.path, 'pids');
  const module = join(folder.path, 'child.mjs');
  await writeFile(
    module,
    `import { appendFileSync } from 'node:fs';
     appendFileSync(${JSON.stringify(pids)}, process.pid + '\\n');
     process.on('message', () => process.exit(0));
     process.send({ type: 'ready' });`,
  );
  const readies = vi.fn();
  vi.spyOn(console, 'error').mockReturnValue();
  const child = new SupervisedChild({
    name: 'child',
    module: pathToFileURL(module),
    environment: process.env,
    onReady: readies,
  });
  child.start();
  await vi.waitFor(() => expect(readies).toHaveBeenCalledTimes(1), 10_000);
  const first = Number(await readFile(pids, 'utf8'));
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(readies).toHaveBeenCalledTimes(2), 10_000);

  await child.stop();
  const [, second] = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
  expect(isAlive(second ?? 0)).toBe(false);
  expect(console.error).toHaveBeenCalledTimes(1);
  vi.restoreAllMocks();
});

test('when the start script is killed, the services ask Drover to drain and leave after it', async () => {
  const script = join(folder.path, 'killed-start.mjs');
  const services = fileURLToPath(new URL('./services-process.ts', import.meta.url));
  // Stands for Drover: it notes the request to drain and goes only when it is told so, by a file.
  const drained = join(folder.path, 'drained');
  const drover = `process.on('SIGTERM', () => require('node:fs').writeFileSync(${JSON.stringify(drained)}, ''));
    setInterval(() => require('node:fs').existsSync(${JSON.stringify(`${drained}-go`)}) && process.exit(0), 20);
    process.stdout.write('up');`;
  await writeFile(
    script,
    `import { fork, spawn } from 'node:child_process';
     const drover = spawn(process.execPath, ['-e', ${JSON.stringify(drover)}], { detached: true });
     drover.stdout.once('data', () => {
       const services = fork(${JSON.stringify(services)}, {
         execArgv: ['--conditions=drover-source', '--import', 'tsx'], stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
       });
       services.on('message', () => {
         services.send({ type: 'guard', pid: drover.pid });
         process.send({ services: services.pid, drover: drover.pid });
       });
     });`,
  );
  const start = fork(script, {
    env: {
      ...process.env,
      SHOP_DATA_DIR: folder.path,
      SHOP_SMTP_PORT: String(await choosePort(0)),
      SHOP_PAYMENTS_URL: `http://127.0.0.1:${await choosePort(0)}`,
    },
  });
  const [pids] = (await once(start, 'message')) as [{ services: number; drover: number }];
  start.kill('SIGKILL');

  await vi.waitFor(() => readFile(drained), 10_000);
  expect(isAlive(pids.services)).toBe(true);
  await writeFile(`${drained}-go`, '');
  await vi.waitFor(() => expect([isAlive(pids.drover), isAlive(pids.services)]).toEqual([false, false]), 10_000);
});
