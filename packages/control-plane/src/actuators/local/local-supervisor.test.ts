import { type DesiredWorkerState, type HostPresence, REPORT_FORMAT, type WorkerReport } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalSupervisor, type LocalSupervisor } from './local-supervisor.js';
import type { LocalSupervisorOptions } from './local-supervisor-options.js';
import type { ProcessTable } from './process-table.js';
import { ScriptedWorker } from './testing/scripted-worker.js';

const HOST = 'this-machine';
const BOOTED_AT_MS = Date.now() - 1_000_000;
let spawned: ScriptedWorker[];
let output: string[];
let fleet: ScriptedFleet;
let table: ScriptedTable;
let supervisor: LocalSupervisor;
/** Time that passed while this process could do nothing. */
let heldUpMs: number;

class ScriptedFleet {
  reports: WorkerReport[] = [];
  hosts: HostPresence[] = [];
  readonly desired: [string, Omit<DesiredWorkerState, 'version'>][] = [];
  away = false;
  reads = 0;

  async readReports() {
    this.reads++;
    if (this.away) throw new Error('engine away');
    return this.reports;
  }
  async readHosts() {
    return this.hosts;
  }
  async setDesired(workerId: string, desired: Omit<DesiredWorkerState, 'version'>) {
    this.desired.push([workerId, desired]);
    return { ...desired, version: 1 };
  }
}

/** Processes that this supervisor did not start: pid and the worker they run. */
class ScriptedTable implements ProcessTable {
  readonly running = new Map<number, string>();
  readonly signals: [number, NodeJS.Signals][] = [];

  runsWorker(pid: number, workerId: string) {
    return this.running.get(pid) === workerId;
  }
  signal(pid: number, signal: NodeJS.Signals) {
    this.signals.push([pid, signal]);
  }
  isAlive(pid: number) {
    return this.running.has(pid);
  }
}

function report(workerId: string, pid: number, over: Partial<WorkerReport> = {}): WorkerReport {
  return {
    format: REPORT_FORMAT,
    workerId,
    queueName: 'mail',
    host: HOST,
    pid,
    version: '0.1.0',
    owner: 'drover',
    state: 'ready',
    concurrency: 1,
    active: 0,
    startedAtMs: 0,
    reportedAtMs: 1,
    totals: { started: 0, firstStarted: 0, completed: 0, failed: 0, timedOut: 0, stalled: 0, handedBack: 0 },
    byName: {},
    processing: '',
    wait: '',
    recentMs: [],
    minMs: null,
    maxMs: null,
    memory: { heapUsed: 1, heapTotal: 1, external: 0, rss: 1, arrayBuffers: 0 },
    memoryLimitMB: null,
    cpuShare: 0,
    eventLoopDelayMs: 0,
    lastError: null,
    ...over,
  };
}

/** Another control plane on this machine. */
const neighbour: HostPresence = {
  host: HOST,
  instanceId: 'other',
  pid: 900,
  version: '0.1.0',
  startedAtMs: 0,
  runsWorkers: true,
  wants: {},
  totalMemoryMB: 1,
  freeMemoryMB: 1,
  queues: [],
};

async function create(over: Partial<LocalSupervisorOptions> = {}): Promise<LocalSupervisor> {
  supervisor = await createLocalSupervisor({
    host: HOST,
    instanceId: 'me',
    spawn: (worker) => {
      const child = new ScriptedWorker(worker);
      spawned.push(child);
      return child;
    },
    fleet,
    clock: { nowMs: () => Date.now(), monotonicMs: () => Date.now() - BOOTED_AT_MS + heldUpMs },
    log: { info: () => {}, warn: () => {}, error: () => {} },
    processes: table,
    onOutput: (_worker, stream, text) => output.push(`${stream}: ${text}`),
    random: () => 0.5,
    freeMemoryMB: () => 8_192,
    ...over,
  });
  return supervisor;
}

const want = (count: number, graceMs = 30_000) => new Map([['mail', { count, graceMs }]]);
const alive = () => spawned.filter((worker) => worker.alive);
const status = () => supervisor.status()[0];

/** Lets time pass while every living worker that is not silenced beats. */
async function pass(ms: number, silent: readonly ScriptedWorker[] = []): Promise<void> {
  for (let left = ms; left > 0; left -= 250) {
    await vi.advanceTimersByTimeAsync(Math.min(250, left));
    for (const worker of alive()) if (!silent.includes(worker)) worker.beat();
  }
}

function last(): ScriptedWorker {
  const worker = spawned.at(-1);
  if (worker === undefined) throw new Error('nothing was spawned');
  return worker;
}

beforeEach(() => {
  vi.useFakeTimers();
  heldUpMs = 0;
  spawned = [];
  output = [];
  fleet = new ScriptedFleet();
  table = new ScriptedTable();
});
afterEach(async () => {
  const stopped = supervisor.stop({ graceMs: 0 });
  for (const worker of alive()) worker.exit(0);
  table.running.clear();
  await vi.advanceTimersByTimeAsync(1_000);
  await stopped;
  vi.useRealTimers();
});

describe('the local supervisor', () => {
  it('starts what is wanted and tells how it stands', async () => {
    await create();
    supervisor.apply(want(2));
    expect(status()).toMatchObject({ desired: 2, starting: 2, ready: 0, startUpMs: null, crashLoop: null });
    for (const worker of spawned) worker.ready(180);
    expect(status()).toMatchObject({ starting: 0, ready: 2, startUpMs: 180 });
    await pass(5_000);
    expect(spawned).toHaveLength(2);
  });

  it('tells its listeners of every change, until they go', async () => {
    await create();
    const listener = vi.fn();
    const leave = supervisor.onChange(listener);
    supervisor.apply(want(1));
    last().ready();
    expect(listener).toHaveBeenCalledTimes(2);
    leave();
    last().exit(1);
    expect(listener).toHaveBeenCalledTimes(2);
  });

  it('passes on what the workers write', async () => {
    await create();
    supervisor.apply(want(1));
    last().stdout.write('a line\n');
    last().stderr.write('a warning\n');
    await vi.advanceTimersByTimeAsync(0);
    expect(output).toEqual(['stdout: a line\n', 'stderr: a warning\n']);
  });

  it('restarts a worker that crashed after a wait', async () => {
    await create();
    supervisor.apply(want(1));
    last().ready().exit(1);
    expect(spawned).toHaveLength(1);
    await pass(499);
    expect(spawned).toHaveLength(1);
    await pass(500);
    expect(spawned).toHaveLength(2);
  });

  it('shows a crash loop with what the worker said last, and forgets it after a healthy minute', async () => {
    await create();
    supervisor.apply(want(1));
    for (let death = 1; death <= 3; death++) {
      const worker = last();
      worker.stderr.write('cannot open the index\n');
      await vi.advanceTimersByTimeAsync(0);
      worker.exit(1);
      if (death < 3) {
        expect(status()?.crashLoop).toBeNull();
        await pass(3_000);
      }
    }
    expect(status()?.crashLoop).toMatchObject({ restarts: 3, lastError: 'exit code 1: cannot open the index' });
    expect(status()?.crashLoop?.nextStartAtMs).toBe(Date.now() + 2_000);
    await pass(2_500);
    expect(spawned).toHaveLength(4);
    last().ready();
    await pass(59_000);
    expect(status()?.crashLoop).not.toBeNull();
    await pass(2_000);
    expect(status()?.crashLoop).toBeNull();
  });

  it('shows the message of an unhandled error, and a useless configuration at once', async () => {
    await create();
    supervisor.apply(want(1));
    last().say({ type: 'fatal', message: 'exports no processor' }).exit(78);
    expect(status()?.crashLoop?.lastError).toBe('exit code 78: exports no processor');
    await pass(29_000);
    expect(spawned).toHaveLength(1);
    await pass(2_000);
    expect(spawned).toHaveLength(2);
  });

  it.each([null, 'ready', {}, { type: 'fatal' }, { type: 'ready' }, { type: 'heartbeat', active: 'x' }])(
    'passes over what a job sends over its worker’s channel: %j',
    async (message) => {
      await create();
      supervisor.apply(want(1));
      last().emit('message', message);
      expect(status()).toMatchObject({ starting: 1, ready: 0 });
      expect(supervisor.members()[0]?.active).toBe(0);
      last().exit(1);
    },
  );

  it('survives a spawn that fails', async () => {
    await create({
      spawn: () => {
        throw new Error('no more processes');
      },
    });
    supervisor.apply(want(1));
    await pass(20_000);
    expect(status()?.crashLoop?.lastError).toBe('no more processes');
  });

  it('drains the surplus over the channel and waits for slow ones', async () => {
    await create();
    supervisor.apply(want(2));
    for (const worker of spawned) worker.ready();
    const [busy, idle] = spawned;
    busy?.beat(5);
    idle?.beat(0);
    supervisor.apply(want(1));
    expect(idle?.told).toEqual([{ type: 'drain', graceMs: 30_000, reason: 'more workers than wanted' }]);
    expect(status()).toMatchObject({ ready: 1, draining: 1 });
    await pass(34_000);
    expect(idle?.signals).toEqual([]);
    idle?.exit(0);
    expect(status()).toMatchObject({ ready: 1, draining: 0, crashLoop: null });
  });

  it('kills a worker that ignores its drain, five seconds after the grace', async () => {
    await create();
    supervisor.apply(want(1, 10_000));
    const worker = last().ready();
    supervisor.apply(want(0, 10_000));
    await pass(14_750);
    expect(worker.signals).toEqual([]);
    await pass(500);
    expect(worker.signals).toEqual(['SIGKILL']);
    expect(spawned).toHaveLength(1);
  });

  it('kills a worker whose event loop is blocked, and replaces it', async () => {
    await create();
    supervisor.apply(want(1));
    const worker = last().ready().beat();
    await pass(29_000, [worker]);
    expect(worker.signals).toEqual([]);
    await pass(2_000, [worker]);
    expect(worker.signals).toEqual(['SIGKILL']);
    await pass(1_000);
    expect(spawned).toHaveLength(2);
  });

  it('does not blame its workers when it was itself held up', async () => {
    await create();
    supervisor.apply(want(1));
    const worker = last().ready().beat();
    heldUpMs = 60_000;
    await vi.advanceTimersByTimeAsync(250);
    expect(worker.signals).toEqual([]);
  });

  it('replaces a recycled worker: the new one is ready before the old one goes', async () => {
    await create();
    supervisor.apply(want(1));
    const old = last().ready();
    expect(supervisor.recycle(old.workerId, 'memory above its limit')).toBe(true);
    expect(spawned).toHaveLength(2);
    expect(old.told).toEqual([]);
    last().ready();
    await pass(250);
    expect(old.told).toEqual([{ type: 'drain', graceMs: 30_000, reason: 'memory above its limit' }]);
    old.exit(0);
    await pass(5_000);
    expect(spawned).toHaveLength(2);
    expect(supervisor.recycle('nobody', 'x')).toBe(false);
  });

  it('replaces a worker that was told over the fleet to be recycled, the new one first', async () => {
    await create();
    supervisor.apply(want(1));
    const old = last().ready();
    old.say({ type: 'recycle', reason: 'Memory 400 MB is above the soft limit of 384 MB' });
    old.say({ type: 'recycle', reason: 'told twice' });
    expect(spawned).toHaveLength(2);
    await pass(2_000);
    expect(old.told).toEqual([]);
    last().ready();
    await pass(250);
    expect(old.told).toMatchObject([{ type: 'drain', graceMs: 30_000 }]);
    expect(last().told).toEqual([]);
  });

  it('lets a worker be recycled leave first where there is no room for two', async () => {
    await create({ freeMemoryMB: () => 100 });
    supervisor.apply(want(1));
    const old = last().ready();
    old.say({ type: 'recycle', reason: 'too old' });
    expect(spawned).toHaveLength(1);
    expect(old.told).toMatchObject([{ type: 'drain', reason: 'too old' }]);
    old.exit(75);
    expect(spawned).toHaveLength(2);
    expect(status()?.crashLoop).toBeNull();
  });

  it('kills a worker above its hard limit five seconds after the short grace that it gave itself', async () => {
    await create();
    supervisor.apply(want(1, 600_000));
    const old = last().ready();
    old.say({ type: 'draining', active: 1, graceMs: 5_000 });
    await pass(250);
    expect(spawned).toHaveLength(2);
    await pass(9_250);
    expect(old.signals).toEqual([]);
    await pass(750);
    expect(old.signals).toEqual(['SIGKILL']);
    expect(status()?.crashLoop).toBeNull();
  });

  it('replaces a worker that drains of its own accord, without calling it a crash', async () => {
    await create();
    supervisor.apply(want(1));
    const worker = last().ready();
    worker.say({ type: 'draining', active: 0 });
    await pass(250);
    expect(spawned).toHaveLength(2);
    worker.exit(0);
    expect(status()?.crashLoop).toBeNull();
  });

  it('drains everything when it stops, and resolves when all are gone', async () => {
    await create();
    supervisor.apply(want(2, 5_000));
    const [first, second] = spawned;
    first?.ready();
    const stopped = vi.fn();
    supervisor.stop({ graceMs: 0 }).then(stopped);
    expect(spawned.map(({ told }) => told.length)).toEqual([1, 1]);
    first?.exit(0);
    await pass(1_000);
    expect(stopped).not.toHaveBeenCalled();
    await pass(9_250);
    expect(second?.signals).toEqual(['SIGKILL']);
    await pass(250);
    expect(stopped).toHaveBeenCalled();
    expect(spawned).toHaveLength(2);
  });
});

it('gives each queue its own grace when it stops', async () => {
  await create();
  supervisor.apply(
    new Map([
      ['mail', { count: 1, graceMs: 5_000 }],
      ['video', { count: 1, graceMs: 600_000 }],
    ]),
  );
  const stopped = supervisor.stop({ graceMs: 600_000 });
  const graces = spawned.map(({ queueName, told }) => [queueName, ...told.map(({ graceMs }) => graceMs)]);
  expect(graces).toEqual([
    ['mail', 5_000],
    ['video', 600_000],
  ]);
  for (const worker of alive()) worker.exit(0);
  await stopped;
});

it('gives a worker an id that is one word in a list of processes, whatever its queue is called', async () => {
  await create();
  const queueName = `mail to ${'ü'.repeat(200)}`;
  supervisor.apply(new Map([[queueName, { count: 1, graceMs: 0 }]]));
  expect(last().queueName).toBe(queueName);
  expect(last().workerId).toMatch(/^mail_to_[\w.-]{1,80}$/);
});

describe('the local supervisor, adopting', () => {
  it('keeps workers that an earlier control plane left, tells them, and starts only what is missing', async () => {
    table.running.set(500, 'mail-old');
    fleet.reports = [report('mail-old', 500)];
    await create();
    supervisor.apply(want(2));
    expect(fleet.desired).toEqual([
      ['mail-old', { run: 'run', reason: 'adopted by me', graceMs: 0, supervisorPid: process.pid }],
    ]);
    expect(spawned).toHaveLength(1);
    expect(status()).toMatchObject({ ready: 1, starting: 1 });
  });

  it.each([
    ['is gone', report('w', 500), new Map()],
    ['is now another program’s', report('w', 500), new Map([[500, 'somebody else']])],
    ['runs on another machine', report('w', 500, { host: 'elsewhere' }), new Map([[500, 'w']])],
    ['belongs to an application', report('w', 500, { owner: 'application' }), new Map([[500, 'w']])],
    ['has stopped', report('w', 500, { state: 'stopped' }), new Map([[500, 'w']])],
  ])('does not adopt a worker whose process %s', async (_, one, running) => {
    fleet.reports = [one];
    for (const [pid, workerId] of running) table.running.set(pid, workerId);
    await create();
    expect(supervisor.members()).toEqual([]);
    expect(fleet.desired).toEqual([]);
  });

  it('leaves the workers of another living control plane on this machine alone', async () => {
    table.running.set(500, 'w').set(900, 'drover');
    fleet.reports = [report('w', 500)];
    fleet.hosts = [neighbour];
    await create();
    expect(supervisor.members()).toEqual([]);
    // It signs off before its workers have ended.
    fleet.hosts = [];
    await pass(10_000);
    expect(supervisor.members()).toEqual([]);
  });

  it('does not read the fleet’s reports for ever', async () => {
    await create();
    await pass(31_000);
    const { reads } = fleet;
    expect(reads).toBeGreaterThan(0);
    await pass(60_000);
    expect(fleet.reads).toBe(reads);
  });

  it('replaces an adopted worker that ends', async () => {
    table.running.set(500, 'w');
    fleet.reports = [report('w', 500)];
    await create();
    supervisor.apply(want(1));
    table.running.delete(500);
    await pass(1_000);
    expect(spawned).toHaveLength(1);
  });

  it('adopts the workers of another control plane of this host that dies later', async () => {
    table.running.set(500, 'w').set(900, 'drover');
    fleet.reports = [report('w', 500)];
    fleet.hosts = [neighbour];
    await create();
    await pass(60_000);
    expect(supervisor.members()).toEqual([]);
    expect(fleet.reads).toBe(0);
    table.running.delete(900);
    await pass(4_000);
    expect(supervisor.members()).toMatchObject([{ workerId: 'w', adopted: true }]);
    await pass(8_000);
    expect(fleet.desired.filter(([workerId]) => workerId === 'w')).toHaveLength(1);
  });

  it('keeps adopted workers until the leader has had time to assign them, then drains the surplus by signal', async () => {
    table.running.set(500, 'w');
    fleet.reports = [report('w', 500)];
    await create();
    supervisor.apply(new Map());
    await pass(19_000);
    expect(table.signals).toEqual([]);
    fleet.reports = [report('w', 500, { reportedAtMs: 2 })];
    await pass(2_000);
    expect(table.signals).toEqual([[500, 'SIGTERM']]);
  });

  it('replaces an adopted worker that reports that it is to be recycled', async () => {
    table.running.set(1, 'old');
    fleet.reports = [report('old', 1)];
    await create();
    supervisor.apply(want(1));
    fleet.reports = [report('old', 1, { reportedAtMs: 2, recycle: { cause: 'command', reason: 'too big' } })];
    await pass(5_500);
    expect(spawned).toHaveLength(1);
    expect(table.signals).toEqual([]);
    last().ready();
    await pass(250);
    expect(table.signals).toEqual([[1, 'SIGTERM']]);
  });

  it('drains no adopted worker before it was told what is wanted', async () => {
    table.running.set(500, 'w');
    fleet.reports = [report('w', 500)];
    await create();
    for (let reportedAtMs = 2; reportedAtMs < 8; reportedAtMs++) {
      fleet.reports = [report('w', 500, { reportedAtMs })];
      await pass(10_000);
    }
    expect(table.signals).toEqual([]);
  });

  it.each([
    ['when its queue has left the configuration', 'ready', 20_000],
    ['when it was draining already', 'draining', 0],
  ] as const)('leaves an adopted worker its own grace, %s', async (_, state, drainsAfterMs) => {
    table.running.set(500, 'w');
    const tell = (reportedAtMs: number) => {
      fleet.reports = [report('w', 500, { state, graceMs: 300_000, reportedAtMs })];
    };
    tell(1);
    await create();
    supervisor.apply(new Map());
    const killed = () => table.signals.filter(([, signal]) => signal === 'SIGKILL');
    for (let step = 1; step <= 30; step++) {
      tell(1 + step);
      await pass(10_000);
    }
    expect(killed()).toEqual([]);
    tell(40);
    await pass(drainsAfterMs + 6_000);
    expect(killed()).toEqual([[500, 'SIGKILL']]);
  });

  it('never signals a pid that is somebody else’s by now', async () => {
    table.running.set(500, 'w');
    fleet.reports = [report('w', 500)];
    await create();
    table.running.set(500, 'somebody else');
    const stopped = supervisor.stop({ graceMs: 0 });
    await pass(1_000);
    await stopped;
    expect(table.signals).toEqual([]);
  });

  it('kills an adopted worker that has been silent for a minute, but not while the engine is away', async () => {
    table.running.set(500, 'w');
    fleet.reports = [report('w', 500)];
    await create();
    supervisor.apply(want(1));
    fleet.away = true;
    await pass(120_000);
    expect(table.signals).toEqual([]);
    fleet.away = false;
    await pass(70_000);
    expect(table.signals).toEqual([[500, 'SIGKILL']]);
  });

  it('starts although the engine cannot be asked', async () => {
    fleet.away = true;
    await create();
    supervisor.apply(want(1));
    expect(spawned).toHaveLength(1);
  });
});
