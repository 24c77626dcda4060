/**
 * What other work on the engine feels of an operation that retries 100,000 failed jobs. The
 * operation is real, record and lease included. It works in windows, with quiet ones between
 * (its control plane stops and another takes over), so each is compared with its neighbours,
 * and whatever else the machine does burdens both.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Reads, type RunningOperations, startOperations } from '@drover/control-plane';
import type { Clock, Engine } from '@drover/core';
import { openEngine, openQueues } from '@drover/engines';
import { pino } from 'pino';
import { median, round, spread, type Target, writeResult } from '../result.js';
import { addFailedJobs } from './failed-jobs.js';

const JOBS = Number(process.env.RETRY_JOBS ?? 100_000);
const WORK_MS = 9_000;
const QUIET_MS = 4_000;
const SETTLE_MS = 500;
const PROBE_EVERY_MS = 25;
const FAILED = 'failed-charges';
let planes = 0;

const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

interface Window {
  readonly working: boolean;
  readonly jobsPerSecond: number;
  readonly probesMs: readonly number[];
  /** Of the operation's own jobs. */
  readonly retried: number;
  readonly ms: number;
}

/** Fills the engine at `url`, retries beside so many workers that never rest, and writes the result. */
export async function measureRetry(name: string, url: string, concurrency: number): Promise<void> {
  const engine = await openEngine(url);
  await addFailedJobs(url, FAILED, JOBS);
  const load = startLoad(url, concurrency);
  const probe = await startProbe(url);
  try {
    await pause(WORK_MS);
    const windows: Window[] = [await watch(engine, load, probe)];
    const operationId = await ask(engine);
    while ((await failedJobs(engine)) > 0) {
      const plane = startPlane(engine);
      windows.push(await watch(engine, load, probe, plane));
      await plane.stop();
      windows.push(await watch(engine, load, probe));
    }
    judge(name, windows, await finished(engine, operationId));
  } finally {
    load.child.disconnect();
    await probe.close();
    await engine.close();
  }
}

/** One window; with a control plane it ends early when the operation is done. */
async function watch(engine: Engine, load: Load, probe: Probe, plane?: RunningOperations): Promise<Window> {
  await pause(SETTLE_MS);
  const failedBefore = await failedJobs(engine);
  probe.samples.length = 0;
  const [startedMs, finishedBefore] = [performance.now(), load.finished()];
  const windowMs = plane === undefined ? QUIET_MS : WORK_MS;
  while (performance.now() - startedMs < windowMs) {
    await pause(SETTLE_MS);
    if (plane !== undefined && (await failedJobs(engine)) === 0) break;
  }
  const ms = performance.now() - startedMs;
  return {
    working: plane !== undefined,
    jobsPerSecond: ((load.finished() - finishedBefore) / ms) * 1_000,
    probesMs: [...probe.samples],
    retried: failedBefore - (await failedJobs(engine)),
    ms,
  };
}

function judge(name: string, windows: readonly Window[], operation: { done: number; prioritized: number }): void {
  const pairs = windows.flatMap((window, index) => {
    const [before, after] = [windows[index - 1], windows[index + 1]];
    // The last one is short: what is left of the jobs.
    if (!window.working || before === undefined || after === undefined || window.ms < WORK_MS) return [];
    return [{ window, ratio: (2 * window.jobsPerSecond) / (before.jobsPerSecond + after.jobsPerSecond) }];
  });
  const ratios = pairs.map(({ ratio }) => ratio);
  const working = windows.filter((window) => window.working);
  const probes = (of: boolean) => windows.filter((window) => window.working === of).flatMap((each) => each.probesMs);
  const p99 = { quiet: percentile(probes(false), 0.99), working: percentile(probes(true), 0.99) };
  const retriedPerSecond = working.map(({ retried, ms }) => (retried / ms) * 1_000);
  const targets: Target[] = [
    { name: 'jobs retried', value: operation.done, limit: JOBS, is: 'atLeast' },
    { name: 'jobs with their priority kept', value: operation.prioritized, limit: JOBS / 2, is: 'atLeast' },
    {
      name: 'throughput of other work beside it, of without',
      value: median(ratios),
      limit: 0.9,
      is: 'atLeast',
    },
    {
      name: 'p99 of adding a job beside it, of without',
      value: p99.working / p99.quiet,
      limit: 1.5,
      is: 'atMost',
    },
  ];
  const figures = {
    otherJobsPerSecond: {
      without: spread(windows.filter((window) => !window.working).map((each) => each.jobsPerSecond)),
      beside: spread(working.map((each) => each.jobsPerSecond)),
      ratio: spread(ratios),
    },
    addJobMs: {
      without: { p50: percentile(probes(false), 0.5), p99: p99.quiet, samples: probes(false).length },
      beside: { p50: percentile(probes(true), 0.5), p99: p99.working, samples: probes(true).length },
    },
    retriedPerSecond: spread(retriedPerSecond),
    secondsForAll: round(JOBS / median(retriedPerSecond)),
  };
  writeResult(name, targets, { jobs: JOBS, ...figures });
}

/** The operation is asked for while nobody works on operations: a control plane of its own takes it up. */
async function ask(engine: Engine): Promise<string> {
  const plane = startPlane(engine, 'asks');
  await plane.stop();
  const { id } = await plane.bulk.start({ kind: 'retry-failed', queues: [FAILED] }, { actor: 'bench', role: 'admin' });
  return id;
}

async function finished(engine: Engine, id: string): Promise<{ done: number; prioritized: number }> {
  const plane = startPlane(engine);
  for (;;) {
    const { state, done } = await plane.bulk.get(id);
    if (state === 'done') {
      await plane.stop();
      const [reading] = await engine.queues.readStates([FAILED], Date.now());
      return { done, prioritized: reading?.ok === true ? reading.state.prioritized : 0 };
    }
    await pause(SETTLE_MS);
  }
}

function startPlane(engine: Engine, instanceId = `plane-${++planes}`): RunningOperations {
  // The operation reads no figures; only the API does.
  const reads = { current: () => null, subscribe: () => () => undefined } as unknown as Reads;
  return startOperations({
    ...{ engine, instanceId, reads, clock },
    topics: { publish: () => undefined },
    audit: { record: async () => undefined },
    log: pino({ level: 'error' }),
  });
}

async function failedJobs(engine: Engine): Promise<number> {
  return engine.operations.count({ queueName: FAILED, state: 'failed', untilMs: Date.now() });
}

interface Load {
  readonly child: ChildProcess;
  finished(): number;
}

function startLoad(url: string, concurrency: number): Load {
  const program = fileURLToPath(new URL('./load-process.ts', import.meta.url));
  const child = fork(program, [url, String(concurrency)], {
    execArgv: ['--conditions=drover-source', '--import', 'tsx'],
  });
  let finished = 0;
  child.on('message', (told: { finished: number }) => {
    finished = told.finished;
  });
  return { child, finished: () => finished };
}

interface Probe {
  /** How long each `add` took since this was last emptied. */
  readonly samples: number[];
  close(): Promise<void>;
}

async function startProbe(url: string): Promise<Probe> {
  const queues = await openQueues(url, { maxConnections: 2 });
  const queue = queues.queue('probe');
  const samples: number[] = [];
  let stopped = false;
  const loop = (async () => {
    while (!stopped) {
      const startedMs = performance.now();
      await queue.add('probe', {});
      samples.push(performance.now() - startedMs);
      await pause(PROBE_EVERY_MS);
    }
  })();
  return {
    samples,
    close: async () => {
      stopped = true;
      await loop;
      await queues.close();
    },
  };
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);
}
