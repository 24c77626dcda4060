/**
 * A flash sale, live: ten times the jobs for two minutes on real worker processes, once as it is
 * and once with the leader killed -9 while workers are being added. Compares the share of jobs
 * within the objective with what the simulator says of the same arrivals, and looks for jobs that
 * were lost or run twice. `npm run bench -- flash-sale`; about seven minutes.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { ScalingDecision, ScalingHistoryResponse } from '@drover/contract';
import { basePolicy, simulatePolicy } from '@drover/core';
import { openQueues } from '@drover/engines';
import { type LiveShop, type SaleQueue, startLiveShop } from './flash-sale/live-shop.js';
import { median, round, type Target, writeResult } from './result.js';
import { randomFrom } from './soak-scaling/random-from.js';

const OBJECTIVE_MS = 5_000;
const DOWN_COOLDOWN_S = 20;
const BEFORE_S = 20;
const SALE_S = 120;
const KEPT_PERCENT = 99;
const AFTER_S = 20;
const TIMES = 10;
/** For the queues to empty, and the fleet to return. */
const RETURN_S = 60;
/** Part of each start, as the scaler counts it: a host looks at its assignment every second. */
const HOST_LOOK_MS = 500;

const queues: readonly SaleQueue[] = [
  { name: 'payments', minWorkers: 1, maxWorkers: 4, concurrency: 3, serviceMs: 400, rate: 1.5 },
  { name: 'mail', minWorkers: 1, maxWorkers: 4, concurrency: 2, serviceMs: 200, rate: 2 },
];

async function playSale(name: string, killsLeader: boolean) {
  const token = randomBytes(24).toString('hex');
  const shop = await startLiveShop(queues, token);
  const connection = await openQueues(shop.redisUrl);
  try {
    const policy = { objective: { waitMs: OBJECTIVE_MS }, cooldownSeconds: { scaleUp: 0, scaleDown: DOWN_COOLDOWN_S } };
    for (const queue of queues) {
      await shop.call(`/scaling/policies/${queue.name}`, { method: 'PATCH', body: JSON.stringify(policy) });
    }
    const arrivals = new Map(queues.map((queue) => [queue.name, [] as number[]]));
    const beganMs = performance.now();
    const saleAtMs = Date.now() + BEFORE_S * 1_000;
    let isKilled = false;
    for (let second = 0; second < BEFORE_S + SALE_S + AFTER_S; second++) {
      const isSale = second >= BEFORE_S && second < BEFORE_S + SALE_S;
      for (const queue of queues) {
        const jobs = drawn(`${name} ${queue.name} ${second}`, queue.rate * (isSale ? TIMES : 1));
        arrivals.get(queue.name)?.push(jobs);
        if (jobs === 0) continue;
        const data = { ms: queue.serviceMs };
        await connection.queue(queue.name).addBulk(Array.from({ length: jobs }, () => ({ name: 'job', data })));
      }
      if (killsLeader && !isKilled && isSale && (await hasGrown(shop, saleAtMs))) {
        await shop.killLeader();
        isKilled = true;
      }
      await pause(Math.max(0, beganMs + (second + 1) * 1_000 - performance.now()));
    }
    const returnedAfterS = await returned(shop);
    const runs = shop.runs();
    const perQueue = [];
    for (const queue of queues) {
      const own = runs.filter(({ queueName }) => queueName === queue.name);
      const trace = arrivals.get(queue.name) ?? [];
      const sent = trace.reduce((sum, jobs) => sum + jobs, 0);
      const startUpMs = median(shop.startUpsMs(queue.name)) + HOST_LOOK_MS;
      const predicted = simulatePolicy({
        trace: { spanMs: 1_000, arrivals: trace },
        service: { histogram: [{ ms: queue.serviceMs, count: 1 }] },
        policy: { ...basePolicy(queue), ...policy },
        startUpMs,
        slotsPerWorker: queue.concurrency,
        initialWorkers: queue.minWorkers,
      });
      const { history } = await shop.call<ScalingHistoryResponse>(`/scaling/history/${queue.name}?limit=100`);
      const steps = history.filter(({ executed }) => executed).reverse();
      const firstUp = steps.find((step) => step.action === 'scale_up' && Date.parse(atOf(step)) > saleAtMs);
      perQueue.push({
        queue: queue.name,
        sent,
        lost: sent - new Set(own.map(({ id }) => id)).size,
        twice: own.length - new Set(own.map(({ id }) => id)).size,
        withinPercent: round((100 * own.filter(({ waitMs }) => waitMs <= OBJECTIVE_MS).length) / own.length),
        predictedPercent: round(100 - predicted.overObjectivePercent),
        longestWaitMs: Math.max(...own.map(({ waitMs }) => waitMs)),
        startUpMs,
        firstUpAfterS: firstUp ? round((Date.parse(atOf(firstUp)) - saleAtMs) / 1_000) : null,
        story: steps.map((step) => `${atOf(step)} ${step.reason}`),
        arrivals: trace,
      });
    }
    return { name, isKilled, returnedAfterS, queues: perQueue };
  } finally {
    await connection.close();
    await shop.stop();
  }
}

const atOf = ({ executedAt }: ScalingHistoryResponse['history'][number]): string => String(executedAt);

/** Poisson arrivals, the same in every run of the benchmark. */
function drawn(text: string, mean: number): number {
  const random = randomFrom(text);
  const limit = Math.exp(-mean);
  let jobs = 0;
  for (let product = random(); product > limit; product *= random()) jobs++;
  return jobs;
}

/** Whether the sale has made the first queue grow: its workers are still starting. */
async function hasGrown(shop: LiveShop, saleAtMs: number): Promise<boolean> {
  const { history } = await shop.call<ScalingHistoryResponse>(`/scaling/history/${queues[0]?.name}?limit=1`);
  const [newest] = history;
  return newest?.action === 'scale_up' && newest.executed === true && Date.parse(atOf(newest)) > saleAtMs;
}

/** Seconds until every queue is empty and has its fewest workers again; `null` when that took too long. */
async function returned(shop: LiveShop): Promise<number | null> {
  for (let second = 0; second <= RETURN_S; second++) {
    const decisions = await Promise.all(
      queues.map(({ name }) => shop.call<ScalingDecision>(`/scaling/decision/${name}`)),
    );
    const isBack = decisions.every(({ currentWorkers, metrics }, index) => {
      const isEmpty = metrics.queueDepth + metrics.activeJobs === 0;
      return isEmpty && currentWorkers === queues[index]?.minWorkers;
    });
    if (isBack) return AFTER_S + second;
    await pause(1_000);
  }
  return null;
}

const sales = [await playSale('as it is', false), await playSale('leader killed', true)];
const targets = sales.flatMap(({ name, queues: played }): Target[] => [
  { name: `${name}: jobs lost`, value: sum(played.map(({ lost }) => lost)), limit: 0, is: 'atMost' },
  { name: `${name}: jobs run twice`, value: sum(played.map(({ twice }) => twice)), limit: 0, is: 'atMost' },
  ...played.flatMap(({ queue, withinPercent, predictedPercent, firstUpAfterS }): Target[] => [
    {
      name: `${name}, ${queue}: points of jobs within the objective below the simulator's`,
      value: Math.max(0, predictedPercent - withinPercent),
      limit: 5,
      is: 'atMost',
    },
    // A fleet that kept the objective with the workers it had needed no more of them.
    ...(firstUpAfterS === null && withinPercent >= KEPT_PERCENT
      ? []
      : [
          {
            name: `${name}, ${queue}: seconds until workers are added`,
            value: firstUpAfterS ?? SALE_S,
            limit: 15,
            is: 'atMost' as const,
          },
        ]),
  ]),
]);
writeResult('flash-sale', targets, { objectiveMs: OBJECTIVE_MS, times: TIMES, sales });

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
