import { type Monitor, startMonitor } from '@drover/control-plane';
import { defaultMemoryLimits, defaultRetention, defaultThresholds, type Engine } from '@drover/core';
import { openEngine } from '@drover/engines';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { startBenchRedis } from './redis-server.js';
import { median, spread, writeResult } from './result.js';

/**
 * What a tick over 1,000 queues costs Redis and us, against asking BullMQ for the counts
 * of each queue, one after the other and all at once.
 */
const QUEUES = 1_000;
const ROUNDS = 9;
const TICKS = 12;

const redis = await startBenchRedis({ ownCore: true });
const admin = new Redis(redis.port, '127.0.0.1', { maxRetriesPerRequest: null });
const engine = await openEngine(redis.url);
try {
  const queues = await fill();
  const reading = await compareReading(engine, queues);
  const counted = await countCommands(engine);
  const timed = await timeTicks(engine);
  writeResult(
    'tick-redis',
    [
      {
        name: 'requests a tick, worst',
        value: Math.max(...counted.map(({ requests }) => requests)),
        limit: 50,
        is: 'atMost',
      },
      {
        name: 'commands a queue and tick, nested ones included, worst',
        value: Math.max(...counted.map(({ commands }) => commands)) / QUEUES,
        limit: 12,
        is: 'atMost',
      },
      {
        name: 'slowest script call, ms (median of ticks)',
        value: median(timed.map(({ slowestScriptMs }) => slowestScriptMs)),
        limit: 1,
        is: 'atMost',
      },
      {
        name: 'reading, of sequential',
        value: median(reading.map((round) => round.drover / round.sequential)),
        limit: 0.2,
        is: 'atMost',
      },
      {
        name: 'reading, of Promise.all',
        value: median(reading.map((round) => round.drover / round.together)),
        limit: 0.9,
        is: 'atMost',
      },
    ],
    {
      queues: QUEUES,
      readingMs: {
        drover: spread(reading.map((round) => round.drover)),
        sequential: spread(reading.map((round) => round.sequential)),
        together: spread(reading.map((round) => round.together)),
      },
      counted,
      timed,
    },
  );
  await Promise.all(queues.map((queue) => queue.close()));
} finally {
  await engine.close();
  admin.disconnect();
  await redis.stop();
}

/** Queues as in production: a few jobs waiting, some with priorities, some delayed. */
async function fill(): Promise<Queue[]> {
  const queues = Array.from({ length: QUEUES }, (_, index) => new Queue(`queue-${index}`, { connection: admin }));
  for (const [index, queue] of queues.entries()) {
    await queue.addBulk([
      { name: 'job', data: {}, opts: index % 2 === 0 ? { priority: 5 } : {} },
      { name: 'job', data: {}, opts: index % 2 === 0 ? { priority: 1 } : {} },
      { name: 'job', data: {}, opts: { delay: 3_600_000 } },
    ]);
  }
  return queues;
}

async function compareReading({ queues: gateway }: Engine, queues: readonly Queue[]) {
  const names = queues.map(({ name }) => name);
  const rounds: { drover: number; sequential: number; together: number }[] = [];
  await gateway.readStates(names, Date.now());
  for (let round = 0; round < ROUNDS; round++) {
    const drover = await time(() => gateway.readStates(names, Date.now()));
    const together = await time(() => Promise.all(queues.map((queue) => queue.getJobCounts())));
    const sequential = await time(async () => {
      for (const queue of queues) await queue.getJobCounts();
    });
    rounds.push({ drover, sequential, together });
  }
  return rounds;
}

function monitorOf(engine: Engine): Monitor {
  return startMonitor({
    engine,
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: pino({ level: 'error' }),
    instanceId: 'bench',
    version: '0',
    environment: 'bench',
    tickMs: 5_000,
    retention: defaultRetention,
    thresholdsFor: () => defaultThresholds,
    limitsFor: () => defaultMemoryLimits,
    steers: true,
  });
}

/** Calls `each` after every tick but the first, which loads scripts and discovers queues. */
async function ticksOf(engine: Engine, each: (monitor: Monitor) => Promise<void>): Promise<void> {
  const monitor = monitorOf(engine);
  let seen = 0;
  await new Promise<void>((done, fail) => {
    monitor.subscribe(() => {
      if (seen++ > 0) each(monitor).then(() => seen > TICKS && done(), fail);
    });
  });
  await monitor.stop();
}

/** Requests: commands that we sent. Commands: those that scripts called instead of the call itself. */
async function countCommands(engine: Engine): Promise<{ requests: number; commands: number }[]> {
  const watcher = await admin.monitor();
  let requests = 0;
  let commands = 0;
  watcher.on('monitor', (_time: string, args: string[], source: string) => {
    const isScript = /^(eval|evalsha|fcall)$/i.test(args[0] ?? '');
    if (source !== 'lua') requests += 1;
    if (source === 'lua' || !isScript) commands += 1;
  });
  const ticks: { requests: number; commands: number }[] = [];
  await ticksOf(engine, async () => {
    // What the watcher tells lags behind: the tick's commands are all told once this one is.
    const marker = `tick ${ticks.length}`;
    const told = new Promise<void>((done) => {
      watcher.on('monitor', (_time: string, args: string[]) => args[1] === marker && done());
    });
    await admin.echo(marker);
    await told;
    ticks.push({ requests: requests - 1, commands: commands - 1 });
    requests = 0;
    commands = 0;
  });
  watcher.disconnect();
  return ticks.slice(1);
}

async function timeTicks(engine: Engine): Promise<{ slowestScriptMs: number; tickMs: number }[]> {
  await admin.config('SET', 'slowlog-log-slower-than', '50');
  await admin.config('SET', 'slowlog-max-len', '1000');
  const ticks: { slowestScriptMs: number; tickMs: number }[] = [];
  await ticksOf(engine, async (monitor) => {
    const entries = (await admin.slowlog('GET', 1000)) as [number, number, number, string[]][];
    await admin.slowlog('RESET');
    const scripts = entries.filter(([, , , [command = '']]) => /^(eval|evalsha|fcall)$/i.test(command));
    const slowestScriptMs = Math.max(0, ...scripts.map(([, , microseconds]) => microseconds / 1_000));
    ticks.push({ slowestScriptMs, tickMs: monitor.health().tickDurationMs ?? 0 });
  });
  return ticks.slice(1);
}

async function time(action: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await action();
  return performance.now() - startedAt;
}
