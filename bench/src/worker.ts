/**
 * What a managed worker costs beside BullMQ's own: `npm run bench -- worker`. In each round
 * a variant and BullMQ's own work side by side, each on a queue of its own, so that whatever
 * else the machine does burdens both alike; the figure is the median of the rounds' ratios.
 * Start-up is measured one by one, in turns.
 */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { startBenchRedis } from './redis-server.js';
import { median, spread, writeResult } from './result.js';
import { BenchWorker, type Measured, type Variant, variants } from './worker/variants.js';

const ROUNDS = 7;
const MEMORY_EVERY_MS = 100;
const START_ROUNDS = 11;
const loads = {
  noop: { jobs: 60_000, ms: 0, concurrency: 50 },
  fiveMs: { jobs: 7_000, ms: 5, concurrency: 10 },
} as const;

type Round<T> = Record<Variant, T>;
interface Load {
  readonly jobs: number;
  readonly ms: number;
  readonly concurrency: number;
}
interface Run extends Measured {
  /** Mean while it worked: at one instant it tells how long ago the last collection was. */
  readonly rssMB: number;
}
interface Pair {
  readonly bare: Run;
  readonly ours: Run;
}
type Pairs = Record<'dropIn' | 'process', Pair[]>;
interface Start {
  readonly readyMs: number;
  readonly rssMB: number;
}

const redis = await startBenchRedis();
const client = new Redis(redis.port, '127.0.0.1');
let runs = 0;

try {
  const starts = await interleaved(START_ROUNDS, start);
  const noop = await sideBySide(loads.noop);
  const fiveMs = await sideBySide(loads.fiveMs);
  const figures = {
    startMs: startSummary(starts, ({ readyMs }) => readyMs),
    rssAtReadyMB: startSummary(starts, ({ rssMB }) => rssMB),
    noopJobsPerSecond: summary(noop, ({ jobsPerSecond }) => jobsPerSecond),
    noopCpuUsPerJob: summary(noop, ({ cpuUsPerJob }) => cpuUsPerJob),
    noopRssMB: summary(noop, ({ rssMB }) => rssMB),
    fiveMsJobsPerSecond: summary(fiveMs, ({ jobsPerSecond }) => jobsPerSecond),
    fiveMsCpuUsPerJob: summary(fiveMs, ({ cpuUsPerJob }) => cpuUsPerJob),
  };
  writeResult(
    'worker',
    [
      ...(['dropIn', 'process'] as const).flatMap((variant) => [
        {
          name: `${variant}: no-op throughput against bare`,
          value: figures.noopJobsPerSecond[variant].ratio.median,
          limit: 0.9,
          is: 'atLeast' as const,
        },
        {
          name: `${variant}: no-op CPU per job against bare`,
          value: figures.noopCpuUsPerJob[variant].ratio.median,
          limit: 1.1,
          is: 'atMost' as const,
        },
        {
          name: `${variant}: 5 ms throughput against bare`,
          value: figures.fiveMsJobsPerSecond[variant].ratio.median,
          limit: 0.98,
          is: 'atLeast' as const,
        },
        {
          name: `${variant}: memory at work against bare`,
          value: figures.noopRssMB[variant].ratio.median,
          limit: 1.15,
          is: 'atMost' as const,
        },
      ]),
      {
        name: 'process: spawn to ready against a plain fork',
        value: figures.startMs.process.ratio.median,
        limit: 0.8,
        is: 'atMost',
      },
      {
        name: 'process: memory at ready against a plain fork',
        value: figures.rssAtReadyMB.process.ratio.median,
        limit: 1.15,
        is: 'atMost',
      },
    ],
    { loads, ...figures },
  );
} finally {
  client.disconnect();
  await redis.stop();
}

/** Every variant once a round, each time beginning with another. */
async function interleaved<T>(rounds: number, measure: (variant: Variant) => Promise<T>): Promise<Round<T>[]> {
  const results: Round<T>[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = variants.map((_, index) => variants[(index + round) % variants.length] ?? 'bare');
    const result = {} as Round<T>;
    for (const variant of order) result[variant] = await measure(variant);
    results.push(result);
  }
  return results;
}

/** Rounds of (BullMQ's own, variant), for each of our variants. */
async function sideBySide(load: Load): Promise<Pairs> {
  const pairs: Pairs = { dropIn: [], process: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const variant of ['dropIn', 'process'] as const) {
      await client.flushall();
      const [bareQueue, ourQueue] = [await fill(load), await fill(load)];
      const [bare, ours] = await Promise.all([run('bare', bareQueue, load), run(variant, ourQueue, load)]);
      pairs[variant].push({ bare, ours });
    }
  }
  return pairs;
}

async function fill({ jobs, ms }: Load): Promise<string> {
  const queueName = `bench-${runs++}`;
  const queue = new Queue(queueName, { connection: { host: '127.0.0.1', port: redis.port } });
  for (let added = 0; added < jobs; added += 1_000) {
    await queue.addBulk(Array.from({ length: 1_000 }, () => ({ name: 'job', data: { ms, last: jobs } })));
  }
  await queue.close();
  return queueName;
}

async function run(variant: Variant, queueName: string, { concurrency }: Load): Promise<Run> {
  const worker = new BenchWorker(variant, { queueName, port: redis.port, concurrency });
  try {
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(worker.rssMB()), MEMORY_EVERY_MS);
    const measured = await worker.measured().finally(() => clearInterval(sampling));
    return { ...measured, rssMB: memory.reduce((sum, rssMB) => sum + rssMB, 0) / memory.length };
  } finally {
    await worker.end();
  }
}

async function start(variant: Variant): Promise<Start> {
  const worker = new BenchWorker(variant, { queueName: `start-${runs++}`, port: redis.port, concurrency: 1 });
  try {
    return { readyMs: await worker.ready(), rssMB: worker.rssMB() };
  } finally {
    await worker.end();
  }
}

function summary(pairs: Pairs, figure: (run: Run) => number) {
  const of = (variant: 'dropIn' | 'process') => ({
    bare: median(pairs[variant].map(({ bare }) => figure(bare))),
    ours: median(pairs[variant].map(({ ours }) => figure(ours))),
    ratio: spread(pairs[variant].map(({ bare, ours }) => figure(ours) / figure(bare))),
  });
  return { dropIn: of('dropIn'), process: of('process') };
}

function startSummary(rounds: readonly Round<Start>[], figure: (start: Start) => number) {
  const of = (variant: Variant) => ({
    bare: median(rounds.map((round) => figure(round.bare))),
    ours: median(rounds.map((round) => figure(round[variant]))),
    ratio: spread(rounds.map((round) => figure(round[variant]) / figure(round.bare))),
  });
  return { dropIn: of('dropIn'), process: of('process') };
}
