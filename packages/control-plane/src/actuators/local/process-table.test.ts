import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it } from 'vitest';
import { hostProcesses } from './process-table.js';

let child: ChildProcess | null = null;

afterEach(() => {
  child?.kill('SIGKILL');
});

async function start(workerId: string): Promise<number> {
  child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)', workerId], { stdio: 'pipe' });
  if (child.stdout !== null) await once(child.stdout, 'data');
  return child.pid ?? -1;
}

it('knows a worker by its pid and its id on the command line', async () => {
  const pid = await start('mail-0123');
  expect(hostProcesses.runsWorker(pid, 'mail-0123')).toBe(true);
  expect(hostProcesses.runsWorker(pid, 'mail-9999')).toBe(false);
  expect(hostProcesses.isAlive(pid)).toBe(true);
});

it('signals a process, and takes one that is gone for signalled', async () => {
  const pid = await start('mail-0123');
  hostProcesses.signal(pid, 'SIGKILL');
  if (child !== null) await once(child, 'exit');
  expect(hostProcesses.isAlive(pid)).toBe(false);
  expect(hostProcesses.runsWorker(pid, 'mail-0123')).toBe(false);
  expect(() => hostProcesses.signal(pid, 'SIGTERM')).not.toThrow();
});
