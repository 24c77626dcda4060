import { countInWords, durationInWords, percentInWords } from '../health/words.js';
import type { ScalingPolicy, ScalingThreshold } from './policy.js';
import type { QueueLoad } from './queue-load.js';

/** A measured value above one of the policy's limits. */
export interface CrossedThreshold {
  readonly field: keyof ScalingThreshold;
  readonly why: string;
}

const noun: Record<keyof ScalingThreshold, string> = {
  queueDepth: 'jobs waiting',
  queueLatencyMs: "the oldest job's wait",
  cpuPercent: "the workers' CPU",
  memoryPercent: "the workers' memory",
};

const fields = ['queueDepth', 'queueLatencyMs', 'cpuPercent', 'memoryPercent'] as const;

/** The limits of `thresholds` that the queue is above; one without a measured value is not crossed. */
export function crossedThresholds(load: QueueLoad, thresholds: ScalingThreshold): CrossedThreshold[] {
  const crossed: CrossedThreshold[] = [];
  for (const field of fields) {
    const limit = thresholds[field];
    if (limit === undefined) continue;
    const value = measured(load, field);
    if (value === undefined || value <= limit) continue;
    crossed.push({ field, why: `${noun[field]}: ${inWords(field, value)}, over ${inWords(field, limit)}` });
  }
  return crossed;
}

/**
 * The wait that a queue is scaled for: the objective, and no more than the policy lets the oldest
 * job wait, or 30 s without either.
 */
export function objectiveOf({ objective, scaleUpThreshold }: ScalingPolicy): number {
  const limit = scaleUpThreshold.queueLatencyMs ?? Number.POSITIVE_INFINITY;
  const stated = objective?.waitMs ?? (Number.isFinite(limit) ? limit : 30_000);
  return Math.max(1, Math.min(stated, limit));
}

/** Workers below which a share that falls on each of them would cross the policy's limit again. */
export function fewestUnderThresholds(load: QueueLoad, { scaleUpThreshold }: ScalingPolicy): number {
  const limit = scaleUpThreshold.cpuPercent;
  if (limit === undefined || limit <= 0 || load.cpuPercent === undefined) return 0;
  return Math.ceil((load.cpuPercent * load.readyWorkers) / limit);
}

function measured(load: QueueLoad, field: keyof ScalingThreshold): number | undefined {
  if (field === 'queueDepth') return load.depth;
  if (field === 'queueLatencyMs') return load.oldestWaitMs;
  return load[field];
}

function inWords(field: keyof ScalingThreshold, value: number): string {
  if (field === 'queueDepth') return countInWords(value);
  if (field === 'queueLatencyMs') return durationInWords(value);
  return percentInWords(value);
}
