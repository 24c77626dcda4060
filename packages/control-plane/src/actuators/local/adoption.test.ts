import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import type { Engine, WorkerReport } from '@drover/core';
import { openEngine } from '@drover/engines';
import { startRedis } from '@drover/testkit';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundleWorker, type WorkerBundle } from '../../../../worker/src/testing/worker-bundle.js';
import { createLocalSupervisor } from './local-supervisor.js';
import { hostProcesses } from './process-table.js';

const scripted = fileURLToPath(new URL('../../../../worker/src/testing/scripted-processor.mjs', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));

let redis: Awaited<ReturnType<typeof startRedis>>;
let bundle: WorkerBundle;
let engine: Engine;
const controlPlanes: ChildProcess[] = [];

beforeAll(async () => {
  redis = await startRedis();
  bundle = bundleWorker();
  engine = await openEngine(redis.url);
});
afterAll(async () => {
  for (const controlPlane of controlPlanes) controlPlane.kill('SIGKILL');
  await engine.close();
  await redis.stop();
  bundle.remove();
});

/** A control plane's worth of supervision in a process of its own, to be killed. */
function startControlPlane(queueName: string, adoptWithinMs: number): ChildProcess {
  const spec = {
    host: 'this-machine',
    engine: { kind: 'redis', connection: { url: redis.url } },
    processorFile: scripted,
    reportIntervalMs: 200,
    adoptWithinMs,
  };
  const program = `
    import { openEngine } from '@drover/engines';
    import { spawnWorkerProcess } from '@drover/worker/process';
    import { createLocalSupervisor } from './local-supervisor.ts';
    const engine = await openEngine(${JSON.stringify(redis.url)});
    const quiet = { info() {}, warn() {}, error: console.error };
    const supervisor = await createLocalSupervisor({
      host: 'this-machine', instanceId: 'first', fleet: engine.fleet, log: quiet, onOutput() {},
      clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
      spawn: (worker) => spawnWorkerProcess({ ...${JSON.stringify(spec)}, ...worker }, { main: ${JSON.stringify(bundle.main)} }),
    });
    supervisor.apply(new Map([[${JSON.stringify(queueName)}, { count: 2, graceMs: 1000 }]]));`;
  const args = ['--conditions=drover-source', '--import', 'tsx', '--input-type=module', '-e', program];
  const controlPlane = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
  controlPlanes.push(controlPlane);
  return controlPlane;
}

async function readyWorkers(queueName: string): Promise<readonly WorkerReport[]> {
  return vi.waitFor(async () => {
    const reports = (await engine.fleet.readReports()).filter((report) => report.queueName === queueName);
    expect(reports.filter(({ state }) => state === 'ready')).toHaveLength(2);
    return reports;
  }, 20_000);
}

async function killed(controlPlane: ChildProcess): Promise<void> {
  const exited = once(controlPlane, 'exit');
  controlPlane.kill('SIGKILL');
  await exited;
}

it('takes over the workers of a control plane that was killed, and stops them in the end', async () => {
  const controlPlane = startControlPlane('taken-over', 15_000);
  const workers = await readyWorkers('taken-over');
  await killed(controlPlane);
  const spawn = vi.fn();
  const supervisor = await createLocalSupervisor({
    host: 'this-machine',
    instanceId: 'second',
    fleet: engine.fleet,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    spawn,
  });
  supervisor.apply(new Map([['taken-over', { count: 2, graceMs: 1_000 }]]));
  const pids = workers.map(({ pid }) => pid);
  expect(supervisor.members().map(({ pid }) => pid)).toEqual(expect.arrayContaining(pids));
  expect(spawn).not.toHaveBeenCalled();
  await supervisor.stop({ graceMs: 5_000 });
  const left = workers.filter(isRunning);
  expect(left).toEqual([]);
}, 60_000);

it('leaves no orphan when no control plane comes back', async () => {
  const controlPlane = startControlPlane('orphaned', 1_500);
  const workers = await readyWorkers('orphaned');
  await killed(controlPlane);
  expect(workers.every(isRunning)).toBe(true);
  await vi.waitFor(() => expect(workers.filter(isRunning)).toEqual([]), 10_000);
}, 60_000);

/** Not merely a pid that exists: the first process of a container may never bury its dead. */
function isRunning({ pid, workerId }: WorkerReport): boolean {
  return hostProcesses.runsWorker(pid, workerId);
}
