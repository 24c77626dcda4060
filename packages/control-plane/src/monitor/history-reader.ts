import type { QueueMetrics, TrendsResponse } from '@drover/contract';
import {
  chooseResolution,
  type MetricPoint,
  type MetricStore,
  percentOf,
  type Retention,
  rollUp,
  SYSTEM_SERIES,
  slotStart,
} from '@drover/core';
import type { HistoryRange, QueueHistory } from '../use-cases/reads.js';
import { UnknownFields } from './wire-number.js';

/** Reads stored points as the guide's metrics. */
export async function readHistory(
  store: MetricStore,
  retention: readonly Retention[],
  queueName: string,
  range: HistoryRange,
  nowMs: number,
): Promise<QueueHistory> {
  const resolutionMs = chooseResolution(retention, { ...range, nowMs }, range.limit);
  const spanMs = Math.max(range.stepMs ?? 0, (range.untilMs - range.sinceMs) / range.limit, resolutionMs);
  const stepMs = Math.ceil(spanMs / resolutionMs) * resolutionMs;
  const points = await store.range(queueName, resolutionMs, slotStart(range.sinceMs, stepMs), range.untilMs);
  const entries = regroup(points, resolutionMs, stepMs).map((step) => toMetrics(queueName, step));
  return { stepMs, entries: entries.slice(-range.limit) };
}

/** Stored points folded into one step, and how much of it they cover: at its edges a step has gaps. */
interface Step {
  readonly point: MetricPoint;
  readonly coveredMs: number;
}

function regroup(points: readonly MetricPoint[], resolutionMs: number, stepMs: number): readonly Step[] {
  const groups = new Map<number, MetricPoint[]>();
  for (const point of points) {
    const slot = slotStart(point.atMs, stepMs);
    const group = groups.get(slot);
    if (group) group.push(point);
    else groups.set(slot, [point]);
  }
  return [...groups].map(([slot, parts]) => ({ point: rollUp(parts, slot), coveredMs: parts.length * resolutionMs }));
}

/** By what was covered, not by the whole step: the step that is still open would always end in a dip. */
function ratePerMinute(count: number | null, { coveredMs }: Step): number | null {
  return count === null ? null : (count * 60_000) / coveredMs;
}

function toMetrics(queueName: string, step: Step): QueueMetrics {
  const { point } = step;
  const unknown = new UnknownFields<keyof QueueMetrics>();
  const shareOfFinished = (count: number | null): number | null =>
    count === null || point.finished === null ? null : percentOf(count, point.finished);
  const [p50, p95, p99] = point.processing?.quantiles([0.5, 0.95, 0.99]) ?? [];
  const metrics: QueueMetrics = {
    queueName,
    waiting: unknown.orZero('waiting', point.waiting),
    active: unknown.orZero('active', point.active),
    delayed: unknown.orZero('delayed', point.delayed),
    failed: unknown.orZero('failed', point.failed),
    completed: unknown.orZero('completed', point.completed),
    jobsPerMinute: unknown.orZero('jobsPerMinute', ratePerMinute(point.finished, step)),
    errorRate: unknown.orZero('errorRate', shareOfFinished(point.failures)),
    timeoutRate: unknown.orZero('timeoutRate', shareOfFinished(point.timeouts)),
    avgProcessingTimeMs: unknown.orZero('avgProcessingTimeMs', point.processing?.meanMs),
    p50ProcessingTimeMs: unknown.orZero('p50ProcessingTimeMs', p50),
    p95ProcessingTimeMs: unknown.orZero('p95ProcessingTimeMs', p95),
    p99ProcessingTimeMs: unknown.orZero('p99ProcessingTimeMs', p99),
    oldestWaitingMs: unknown.orZero('oldestWaitingMs', point.oldestWaitingMs),
    memoryUsageMB: unknown.orZero('memoryUsageMB', point.memoryMB),
    memoryPercentage: unknown.orZero(
      'memoryPercentage',
      point.memoryPermille === null ? null : point.memoryPermille / 10,
    ),
    workers: unknown.orZero('workers', point.workers),
    arrivalsPerMinute: unknown.orZero('arrivalsPerMinute', ratePerMinute(point.arrived, step)),
    timestamp: new Date(point.atMs),
  };
  if (unknown.names.length > 0) metrics.unknown = unknown.names;
  return metrics;
}

/** Points in a sparkline: enough for its width, few enough for a thousand of them. */
const TREND_POINTS = 60;

/** Short histories of the whole system and of every queue's waiting jobs, on one time axis. */
export async function readTrends(
  store: MetricStore,
  retention: readonly Retention[],
  queueNames: readonly string[],
  rangeMs: number,
  nowMs: number,
): Promise<TrendsResponse> {
  const resolutionMs = chooseResolution(
    retention,
    { sinceMs: nowMs - rangeMs, untilMs: nowMs, nowMs },
    TREND_POINTS * 2,
  );
  const stepMs = Math.ceil(rangeMs / TREND_POINTS / resolutionMs) * resolutionMs;
  const untilMs = slotStart(nowMs, stepMs);
  const sinceMs = untilMs - Math.ceil(rangeMs / stepMs) * stepMs;
  const series = await store.rangeMany([...queueNames, SYSTEM_SERIES], resolutionMs, sinceMs, untilMs);
  const slots = (untilMs - sinceMs) / stepMs;
  const axis = (name: string): (Step | null)[] => {
    const steps = regroup(series.get(name) ?? [], resolutionMs, stepMs);
    const bySlot = new Map(steps.map((step) => [step.point.atMs, step]));
    return Array.from({ length: slots }, (_, slot) => bySlot.get(sinceMs + slot * stepMs) ?? null);
  };
  const system = axis(SYSTEM_SERIES);
  return {
    since: new Date(sinceMs),
    stepMs,
    system: {
      waiting: system.map((step) => step?.point.waiting ?? null),
      jobsPerMinute: system.map((step) => (step === null ? null : ratePerMinute(step.point.finished, step))),
      errorRate: system.map((step) => {
        const { finished = null, failures = null } = step?.point ?? {};
        return finished === null || failures === null ? null : percentOf(failures, finished);
      }),
      memoryMB: system.map((step) => step?.point.memoryMB ?? null),
    },
    queues: Object.fromEntries(
      queueNames.map((name) => [name, { waiting: axis(name).map((step) => step?.point.waiting ?? null) }]),
    ),
  };
}
