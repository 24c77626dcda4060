/**
 * What a managed worker costs beside BullMQ's own: `npm run bench -- worker`. Variants are
 * interleaved round by round; figures are medians of the ratios within a round, because the
 * machine is noisier than the difference.
 */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { startBenchRedis } from './redis-server.js';
import { median, spread, writeResult } from './result.js';
import { BenchWorker, type Measured, type Variant, variants } from './worker/variants.js';

const ROUNDS = 7;
const START_ROUNDS = 11;
const loads = {
  noop: { jobs: 20_000, ms: 0, concurrency: 50 },
  fiveMs: { jobs: 7_000, ms: 5, concurrency: 10 },
} as const;

type Round<T> = Record<Variant, T>;
interface Load {
  readonly jobs: number;
  readonly ms: number;
  readonly concurrency: number;
}
interface Run extends Measured {
  readonly rssMB: number;
}
interface Start {
  readonly readyMs: number;
  readonly rssMB: number;
}

const redis = await startBenchRedis();
const client = new Redis(redis.port, '127.0.0.1');
let runs = 0;

try {
  const starts = await interleaved(START_ROUNDS, start);
  const noop = await interleaved(ROUNDS, (variant) => run(variant, loads.noop));
  const fiveMs = await interleaved(ROUNDS, (variant) => run(variant, loads.fiveMs));
  const figures = {
    startMs: summary(starts, ({ readyMs }) => readyMs),
    rssAtReadyMB: summary(starts, ({ rssMB }) => rssMB),
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
          value: figures.noopJobsPerSecond.ratio[variant].median,
          limit: 0.9,
          is: 'atLeast' as const,
        },
        {
          name: `${variant}: no-op CPU per job against bare`,
          value: figures.noopCpuUsPerJob.ratio[variant].median,
          limit: 1.1,
          is: 'atMost' as const,
        },
        {
          name: `${variant}: 5 ms throughput against bare`,
          value: figures.fiveMsJobsPerSecond.ratio[variant].median,
          limit: 0.98,
          is: 'atLeast' as const,
        },
        {
          name: `${variant}: memory after 20,000 jobs against bare`,
          value: figures.noopRssMB.ratio[variant].median,
          limit: 1.15,
          is: 'atMost' as const,
        },
      ]),
      {
        name: 'process: spawn to ready against a plain fork',
        value: figures.startMs.ratio.process.median,
        limit: 0.8,
        is: 'atMost',
      },
      {
        name: 'process: memory at ready against a plain fork',
        value: figures.rssAtReadyMB.ratio.process.median,
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

async function run(variant: Variant, { jobs, ms, concurrency }: Load): Promise<Run> {
  await client.flushall();
  const queueName = `bench-${runs++}`;
  const queue = new Queue(queueName, { connection: { host: '127.0.0.1', port: redis.port } });
  for (let added = 0; added < jobs; added += 1_000) {
    await queue.addBulk(Array.from({ length: 1_000 }, () => ({ name: 'job', data: { ms, last: jobs } })));
  }
  await queue.close();
  const worker = new BenchWorker(variant, { queueName, port: redis.port, concurrency });
  try {
    const measured = await worker.measured();
    return { ...measured, rssMB: worker.rssMB() };
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

function summary<T>(rounds: readonly Round<T>[], figure: (result: T) => number) {
  const of = (variant: Variant) => rounds.map((round) => figure(round[variant]));
  const ratio = (variant: Variant) => spread(rounds.map((round) => figure(round[variant]) / figure(round.bare)));
  return {
    median: { bare: median(of('bare')), dropIn: median(of('dropIn')), process: median(of('process')) },
    /** Of each round's own ratio to bare. */
    ratio: { dropIn: ratio('dropIn'), process: ratio('process') },
  };
}
