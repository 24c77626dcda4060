/**
 * The algorithms of others, written from their documentation and source (named at each), with
 * their defaults where these make sense for a queue. Each keeps its own control period.
 */
import type { SimulatedLook } from '@drover/core';

export interface Scaler {
  readonly lookMs: number;
  readonly scale: (look: SimulatedLook) => number;
}

export interface ScalerSetting {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly objectiveMs: number;
  readonly slotsPerWorker: number;
  readonly meanMs: number;
}

export type MakeScaler = (setting: ScalerSetting) => Scaler;

const bounded = ({ minWorkers, maxWorkers }: ScalerSetting, workers: number) =>
  Math.max(minWorkers, Math.min(maxWorkers, workers));

/** Kubernetes HPA v2 behaviour: up by the larger of 4 and 100 % a period, down to the most wanted in 300 s. */
function hpa(setting: ScalerSetting, desired: (look: SimulatedLook) => number): Scaler {
  const wishes: { readonly atMs: number; readonly workers: number }[] = [];
  return {
    lookMs: 15_000,
    scale: (look) => {
      const now = look.wantedWorkers;
      wishes.push({ atMs: look.nowMs, workers: bounded(setting, desired(look)) });
      while ((wishes[0]?.atMs ?? look.nowMs) < look.nowMs - 300_000) wishes.shift();
      const wish = wishes.at(-1)?.workers ?? now;
      if (wish > now) return bounded(setting, Math.min(wish, now + Math.max(4, now)));
      return bounded(setting, Math.min(now, Math.max(...wishes.map(({ workers }) => workers))));
    },
  };
}

/** HPA on CPU at 80 %, tolerance 10 % (`replica_calculator.go`); starting pods count as idle. */
const hpaOnCpu: MakeScaler = (setting) =>
  hpa(setting, ({ busyPercent, readyWorkers, startingWorkers, wantedWorkers }) => {
    const ratio = busyPercent / 80;
    if (Math.abs(1 - ratio) <= 0.1) return wantedWorkers;
    if (ratio > 1 && startingWorkers > 0) return Math.max(wantedWorkers, Math.ceil(readyWorkers * ratio));
    return Math.ceil(readyWorkers * ratio);
  });

/** KEDA's Redis lists scaler: waiting jobs by `listLength` 5, through an HPA (`redis_scaler.go`). */
const kedaList: MakeScaler = (setting) =>
  hpa(setting, ({ depth, wantedWorkers }) => {
    if (wantedWorkers > 0 && Math.abs(1 - depth / (5 * wantedWorkers)) <= 0.1) return wantedWorkers;
    return Math.max(1, Math.ceil(depth / 5));
  });

/** Laravel Horizon, strategy `time`, one queue: towards the maximum while anything waits, one process every 3 s (`AutoScaler.php`). */
const horizon: MakeScaler = (setting) => ({
  lookMs: 3_000,
  scale: ({ depth, wantedWorkers }) => bounded(setting, wantedWorkers + (depth > 0 ? 1 : -1)),
});

/** Knative KPA: concurrency over 60 s and over 6 s, target 70 %, panic at twice what is ready (`autoscaler.go`). */
const knative: MakeScaler = (setting) => {
  const seen: number[] = [];
  let panicUntilMs = 0;
  let panicMost = 0;
  const mean = (count: number) => {
    const newest = seen.slice(-count);
    return newest.reduce((sum, value) => sum + value, 0) / newest.length;
  };
  return {
    lookMs: 2_000,
    scale: ({ nowMs, active, depth, readyWorkers }) => {
      seen.push(active + depth);
      if (seen.length > 30) seen.shift();
      const target = 0.7 * setting.slotsPerWorker;
      const [stable, panic] = [Math.ceil(mean(30) / target), Math.ceil(mean(3) / target)];
      if (panic >= 2 * Math.max(1, readyWorkers)) panicUntilMs = nowMs + 60_000;
      if (nowMs >= panicUntilMs) panicMost = 0;
      else panicMost = Math.max(panicMost, panic, stable);
      return bounded(setting, Math.max(panicMost, stable, Math.floor(readyWorkers / 2)));
    },
  };
};

/** Judoscale: queue time over its range, one up; below it for ten minutes, one down. Range: a tenth and half of the objective. */
const judoscale: MakeScaler = (setting) => {
  let [lastUpMs, quietSinceMs] = [Number.NEGATIVE_INFINITY, 0];
  return {
    lookMs: 10_000,
    scale: ({ nowMs, oldestWaitMs, wantedWorkers }) => {
      if (oldestWaitMs > setting.objectiveMs / 10) quietSinceMs = nowMs;
      if (oldestWaitMs > setting.objectiveMs / 2 && nowMs - lastUpMs >= 60_000) {
        lastUpMs = nowMs;
        return bounded(setting, wantedWorkers + 1);
      }
      if (nowMs - quietSinceMs < 600_000) return bounded(setting, wantedWorkers);
      quietSinceMs = nowMs;
      return bounded(setting, wantedWorkers - 1);
    },
  };
};

/** AWS backlog per instance, target = objective by run time (`as-using-sqs-queue.md`), a look a minute, 300 s cooldowns. */
const awsBacklog: MakeScaler = (setting) => {
  let changedMs = Number.NEGATIVE_INFINITY;
  return {
    lookMs: 60_000,
    scale: ({ nowMs, depth, readyWorkers, startingWorkers, wantedWorkers }) => {
      const target = (setting.objectiveMs / setting.meanMs) * setting.slotsPerWorker;
      const ratio = depth / Math.max(1, readyWorkers) / target;
      if (nowMs - changedMs < 300_000 || (ratio < 0.9 && startingWorkers > 0)) return wantedWorkers;
      if (ratio >= 0.9 && ratio <= 1) return wantedWorkers;
      const wish = bounded(
        setting,
        ratio > 1 ? Math.ceil(readyWorkers * ratio) : Math.max(wantedWorkers - 1, Math.ceil(wantedWorkers * ratio)),
      );
      if (wish !== wantedWorkers) changedMs = nowMs;
      return wish;
    },
  };
};

/** Celery's `--autoscale`: as many processes as jobs in hand, down after 30 s (`autoscale.py`); it sees a prefetch of four a process. */
const celery: MakeScaler = (setting) => {
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    lookMs: 1_000,
    scale: ({ nowMs, depth, active, wantedWorkers }) => {
      const inHand = Math.ceil(
        (active + Math.min(depth, 4 * wantedWorkers * setting.slotsPerWorker)) / setting.slotsPerWorker,
      );
      const wish = bounded(setting, inHand);
      if (wish > wantedWorkers || (wish < wantedWorkers && nowMs - lastMs > 30_000)) {
        lastMs = nowMs;
        return wish;
      }
      return wantedWorkers;
    },
  };
};

export const published: Readonly<Record<string, MakeScaler>> = {
  'hpa on cpu': hpaOnCpu,
  'keda list': kedaList,
  horizon,
  knative,
  judoscale,
  'aws backlog': awsBacklog,
  celery,
};
