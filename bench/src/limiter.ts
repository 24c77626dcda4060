/**
 * The limiter's proof: `npm run bench -- limiter`. On each engine eight processes ask one
 * limiter for permits as fast as they get them, for a minute and more. By the engine's clock,
 * no window of any of its lengths, anywhere in time, may hold more than its limit, and 99 %
 * of it must be used. Then what four windows cost beside one.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LimiterWindows } from '@drover/core';
import { openEngine, startEmbedded } from '@drover/engines';
import { fullestWindow, usedShare } from './limiter/check-windows.js';
import type { HammerOrder } from './limiter/hammer.js';
import { startBenchRedis } from './redis-server.js';
import { median, round, spread, type Target, writeResult } from './result.js';

const PROCESSES = 8;
const DEMAND = 32;
const ROUNDS = 9;
const CONCURRENCY = 50;
const lengthMs = { perSecond: 1_000, perMinute: 60_000, perHour: 3_600_000, perDay: 86_400_000 } as const;
const second = { perSecond: 200 };
/** The second binds for 55 s; then the minute, which must slide for the rest. */
const four = { perSecond: 200, perMinute: 11_000, perHour: 100_000, perDay: 1_000_000 };
const runs = [
  { name: 'second', windows: second, forMs: 62_000, boundBy: { window: 'perSecond', forMs: 62_000 } },
  { name: 'four', windows: four, forMs: 75_000, boundBy: { window: 'perSecond', forMs: 54_000 } },
] as const;

const targets: Target[] = [];
const figures: Record<string, unknown> = { processes: PROCESSES, requestsAtOnce: DEMAND * PROCESSES, runs };

const redis = await startBenchRedis();
try {
  figures.redis = await prove('redis', redis.url, 5_000);
} finally {
  await redis.stop();
}
const folder = mkdtempSync(join(tmpdir(), 'drover-bench-'));
const postgres = await startEmbedded(folder);
try {
  figures.postgres = await prove('postgres', postgres.url, 1_000);
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
writeResult('limiter', targets, figures);

async function prove(kind: string, url: string, calls: number): Promise<unknown> {
  const engine = await openEngine(url);
  try {
    const proofs: Record<string, unknown> = {};
    for (const run of runs) {
      const perProcess = await hammer(url, { [run.name]: run.windows }, run.name, run.forMs);
      const grants = perProcess.flat().sort((a, b) => a - b);
      const fullest = Object.entries(run.windows).map(([window, limit]) => {
        const most = fullestWindow(grants, lengthMs[window as keyof typeof lengthMs]);
        targets.push({ name: `${kind}, ${run.name}: most in any ${window}`, value: most, limit, is: 'atMost' });
        return [window, { limit, most }] as const;
      });
      const { window, forMs } = run.boundBy;
      const bound = grants.filter((atMs) => atMs <= (grants[0] ?? 0) + forMs);
      const used = usedShare(bound, run.windows[window], lengthMs[window]);
      targets.push({ name: `${kind}, ${run.name}: share of ${window} used`, value: used, limit: 0.99, is: 'atLeast' });
      if (run.name === 'four') {
        const minute = grants.filter((atMs) => atMs < (grants[0] ?? 0) + lengthMs.perMinute).length / four.perMinute;
        targets.push({ name: `${kind}, four: share of perMinute used`, value: minute, limit: 0.99, is: 'atLeast' });
      }
      const shares = perProcess.map(({ length }) => length / grants.length);
      proofs[run.name] = {
        grants: grants.length,
        windows: Object.fromEntries(fullest),
        used: round(used),
        sharesOfProcesses: { smallest: round(Math.min(...shares)), largest: round(Math.max(...shares)) },
        loadAverage: round(loadavg()[0] ?? 0),
      };
    }
    const cost = await compareCost(engine.limiters.acquire.bind(engine.limiters), calls);
    const ratios = cost.map(({ fourMs, oneMs }) => fourMs / oneMs);
    targets.push({ name: `${kind}: four windows, of one`, value: median(ratios), limit: 2, is: 'atMost' });
    const perSecond = (ms: number) => round(calls / (ms / 1_000));
    return {
      ...proofs,
      cost: {
        calls,
        concurrency: CONCURRENCY,
        fourOfOne: spread(ratios),
        oneWindowPerSecond: spread(cost.map(({ oneMs }) => perSecond(oneMs))),
        fourWindowsPerSecond: spread(cost.map(({ fourMs }) => perSecond(fourMs))),
      },
    };
  } finally {
    await engine.close();
  }
}

async function hammer(
  url: string,
  limiters: HammerOrder['limiters'],
  limiterName: string,
  forMs: number,
): Promise<number[][]> {
  const order: HammerOrder = { url, limiters, limiterName, demand: DEMAND };
  const file = fileURLToPath(new URL('./limiter/hammer.ts', import.meta.url));
  const children = Array.from({ length: PROCESSES }, () => fork(file, [JSON.stringify(order)]));
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    for (const child of children) child.send('go');
    await delay(forMs);
    const logs = Promise.all(children.map(async (child) => (await once(child, 'message'))[0] as number[]));
    for (const child of children) child.send('stop');
    const collected = await logs;
    await Promise.all(children.map(ended));
    return collected;
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null) await once(child, 'exit');
}

/** Both in turns, each with limits that never bind; whichever comes first alternates. */
async function compareCost(
  acquire: (request: { name: string; windows: LimiterWindows; weights: readonly number[] }) => Promise<unknown>,
  calls: number,
): Promise<{ oneMs: number; fourMs: number }[]> {
  const plenty = 1_000_000_000;
  const one = { perMinute: plenty };
  const all = { perSecond: plenty, perMinute: plenty, perHour: plenty, perDay: plenty };
  // A limiter for each of the callers: what is compared is the work, not the wait for one row.
  const time = async (name: string, windows: LimiterWindows) => {
    const beganMs = performance.now();
    const caller = async (index: number) => {
      for (let call = 0; call < calls / CONCURRENCY; call++)
        await acquire({ name: `${name}-${index}`, windows, weights: [1] });
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, (_, index) => caller(index)));
    return performance.now() - beganMs;
  };
  await time('one', one);
  await time('four', all);
  const rounds: { oneMs: number; fourMs: number }[] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    const fourFirst = turn % 2 === 0;
    const firstMs = await time(fourFirst ? 'four' : 'one', fourFirst ? all : one);
    const secondMs = await time(fourFirst ? 'one' : 'four', fourFirst ? one : all);
    rounds.push(fourFirst ? { fourMs: firstMs, oneMs: secondMs } : { oneMs: firstMs, fourMs: secondMs });
  }
  return rounds;
}
