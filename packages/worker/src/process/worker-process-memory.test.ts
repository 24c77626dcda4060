import { performance } from 'node:perf_hooks';
import { type RecycleNotice, type WorkerToSupervisor, workerExitCodes } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processSampler } from '../telemetry/process-sampler.js';
import type { OwnedWorker } from './owned-worker.js';
import type { SupervisorLink } from './supervisor-link.js';
import { WorkerProcess } from './worker-process.js';

/** A worker with one job in hand that does not end by itself. */
class BusyWorker {
  memoryLimitMB: number | null = 512;
  unfinished = 1;
  readonly announced: RecycleNotice[] = [];
  handedBack = false;
  crashed = false;

  attach(): void {}
  on(): void {}
  begin(): void {}
  noteFailure(): void {}
  noteCrash(): void {
    this.crashed = true;
  }
  async waitUntilReady(): Promise<void> {}
  async clockSkewMs(): Promise<number> {
    return 0;
  }
  announceRecycle(notice: RecycleNotice): void {
    this.announced.push(notice);
  }
  close(): Promise<void> {
    return new Promise(() => {});
  }
  async handBack(): Promise<void> {
    this.handedBack = true;
    this.unfinished = 0;
  }
  async reportEnd(): Promise<void> {}
}

class OpenLink {
  readonly sent: WorkerToSupervisor[] = [];
  readonly hasSupervisor = true;
  readonly connected = true;
  start(): void {}
  onDrain(): void {}
  onDisconnect(): void {}
  send(message: WorkerToSupervisor): void {
    this.sent.push(message);
  }
}

let worker: BusyWorker;
let link: OpenLink;
let exits: number[];
let rssMB: number;

/** A process that runs since an hour. */
async function start(ageMs = 3_600_000): Promise<WorkerProcess> {
  vi.spyOn(performance, 'now').mockImplementation(() => ageMs + Date.now());
  const made = new WorkerProcess({
    spec: {
      queueName: 'q',
      workerId: 'w',
      engine: { kind: 'redis', connection: {} },
      processorFile: '/none',
      graceMs: 600_000,
    },
    log: () => {},
    link: link as unknown as SupervisorLink,
    createWorker: () => worker as unknown as OwnedWorker,
    exit: (code) => exits.push(code),
  });
  await made.start();
  return made;
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'setInterval', 'clearInterval', 'clearTimeout', 'Date'] });
  [worker, link, exits, rssMB] = [new BusyWorker(), new OpenLink(), [], 100];
  vi.spyOn(processSampler, 'rssMB').mockImplementation(() => rssMB);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const ofType = (type: WorkerToSupervisor['type']) => link.sent.filter((message) => message.type === type);

describe('a worker process above its hard limit', () => {
  it('drains for five seconds whatever its grace, hands back, and exits to be started again', async () => {
    await start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(ofType('draining')).toEqual([]);
    rssMB = 600;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ofType('draining')).toEqual([{ type: 'draining', active: 1, graceMs: 5_000 }]);
    expect(worker.announced).toMatchObject([{ cause: 'hard_limit' }]);
    await vi.advanceTimersByTimeAsync(4_900);
    expect(worker.handedBack).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    vi.useRealTimers();
    await vi.waitFor(() => expect(exits).toEqual([workerExitCodes.recycled]), 5_000);
    expect(worker).toMatchObject({ handedBack: true, crashed: true });
  });

  it('does not wait any longer for the replacement that it asked for', async () => {
    const made = await start();
    made.recycle({ cause: 'soft_limit', reason: 'big' });
    expect(ofType('recycle')).toHaveLength(1);
    expect(ofType('draining')).toEqual([]);
    rssMB = 600;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ofType('draining')).toMatchObject([{ graceMs: 5_000 }]);
  });

  it('has crashed when it has just started, or it would be started and ended for ever', async () => {
    rssMB = 600;
    await start(1_000);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ofType('fatal')).toMatchObject([{ message: expect.stringContaining('soon after its start') }]);
    expect(worker.crashed).toBe(true);
    expect(ofType('draining')).toEqual([]);
  });

  it('goes on while it has no limit', async () => {
    worker.memoryLimitMB = null;
    rssMB = 60_000;
    await start();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(link.sent.filter(({ type }) => type !== 'ready')).toEqual([]);
  });
});
