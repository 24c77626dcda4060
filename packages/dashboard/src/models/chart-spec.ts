import type { HealthIssueKind, QueueHealthStatus } from '@drover/contract';
import {
  formatCount,
  formatDuration,
  formatDurationLimit,
  formatMegabytes,
  formatPercent,
  formatPercentLimit,
  formatRate,
  formatRoughly,
  formatSpan,
} from './format.js';
import { issueOf } from './health.js';
import type { MetricField } from './timeline.js';

/** Place in the palette of series; the same thing has the same colour on every chart. */
export type SeriesColor = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface SeriesSpec {
  /** Of its kind the only one on a chart. */
  readonly label: string;
  readonly color: SeriesColor;
  readonly dashed?: boolean;
  /** Filled below: only for the single main series of a chart. */
  readonly area?: boolean;
}

export interface ChartSpec {
  readonly key: string;
  readonly title: string;
  /** Beside the title; the axis has bare numbers. */
  readonly unit: string;
  /** Numbers on the axis are the values divided by this. */
  readonly scale: number;
  readonly format: (value: number) => string;
  readonly series: readonly SeriesSpec[];
  /** Steps rather than slopes: a number of processes has nothing between 2 and 3. */
  readonly stepped?: boolean;
  /** Counted, so the axis has whole numbers only. */
  readonly whole?: boolean;
  /** What an empty chart says. */
  readonly empty: string;
}

/** A chart of numbers of a queue's health. */
export interface MetricChartSpec extends ChartSpec {
  readonly series: readonly (SeriesSpec & { readonly field: MetricField })[];
  readonly formatLimit: (value: number) => string;
  /** Issues whose limit is drawn. */
  readonly limits: readonly { readonly kind: HealthIssueKind; readonly label: string }[];
}

export interface LimitLine {
  readonly value: number;
  readonly label: string;
  readonly severity: 'warning' | 'critical';
}

const percent = (value: number) => formatPercent(value);

/** The charts of a queue. `longestMs` and `longestWaitMs` choose the units of the time axes. */
export function queueCharts(longestMs: number, longestWaitMs: number): MetricChartSpec[] {
  const processing = timeUnit(longestMs);
  const waiting = timeUnit(longestWaitMs);
  return [
    {
      key: 'throughput',
      title: 'Throughput',
      unit: 'jobs/min',
      scale: 1,
      format: formatRate,
      formatLimit: formatRate,
      series: [
        { field: 'jobsPerMinute', label: 'Finished', color: 1, area: true },
        { field: 'arrivalsPerMinute', label: 'Arriving', color: 2, dashed: true },
      ],
      limits: [],
      empty: 'No job finished in this range.',
    },
    {
      key: 'errors',
      title: 'Errors and timeouts',
      unit: '% of jobs',
      scale: 1,
      format: percent,
      formatLimit: formatPercentLimit,
      series: [
        { field: 'errorRate', label: 'All errors', color: 1 },
        { field: 'timeoutRate', label: 'Timeouts', color: 4, dashed: true },
      ],
      limits: [
        { kind: 'error_rate', label: 'Error limit' },
        { kind: 'timeout_rate', label: 'Timeout limit' },
      ],
      empty: 'Nothing was recorded in this range.',
    },
    {
      key: 'processing',
      title: 'Processing time',
      unit: processing.word,
      scale: processing.ms,
      format: formatDuration,
      formatLimit: formatDurationLimit,
      series: [
        { field: 'p50ProcessingTimeMs', label: 'p50', color: 1 },
        { field: 'p95ProcessingTimeMs', label: 'p95', color: 2 },
        { field: 'p99ProcessingTimeMs', label: 'p99', color: 4, dashed: true },
      ],
      limits: [{ kind: 'processing_time', label: 'Limit' }],
      empty: 'No timing is known in this range.',
    },
    {
      key: 'waiting',
      title: 'Waiting jobs',
      unit: 'jobs',
      scale: 1,
      format: formatCount,
      formatLimit: formatCount,
      series: [{ field: 'waiting', label: 'Waiting', color: 1, area: true }],
      whole: true,
      limits: [{ kind: 'queue_depth', label: 'Limit' }],
      empty: 'Nothing was recorded in this range.',
    },
    {
      key: 'oldest',
      title: 'Oldest waiting',
      unit: waiting.word,
      scale: waiting.ms,
      format: formatSpan,
      formatLimit: formatRoughly,
      series: [{ field: 'oldestWaitingMs', label: 'Oldest', color: 1, area: true }],
      limits: [{ kind: 'oldest_waiting', label: 'Limit' }],
      empty: 'Nothing was recorded in this range.',
    },
    {
      key: 'active',
      title: 'Active and delayed',
      unit: 'jobs',
      scale: 1,
      format: formatCount,
      formatLimit: formatCount,
      series: [
        { field: 'active', label: 'Active', color: 1 },
        { field: 'delayed', label: 'Delayed', color: 2, dashed: true },
      ],
      whole: true,
      limits: [],
      empty: 'Nothing was recorded in this range.',
    },
    {
      key: 'workers',
      title: 'Worker processes',
      unit: 'running',
      scale: 1,
      format: formatCount,
      formatLimit: formatCount,
      series: [{ field: 'workers', label: 'Running', color: 1, area: true }],
      stepped: true,
      whole: true,
      limits: [],
      empty: 'No worker of this queue reports to Drover.',
    },
    {
      key: 'memory',
      title: 'Memory of its workers',
      unit: 'MB',
      scale: 1,
      format: formatMegabytes,
      formatLimit: formatMegabytes,
      series: [{ field: 'memoryUsageMB', label: 'Resident', color: 1, area: true }],
      limits: [],
      empty: 'No worker of this queue reports to Drover.',
    },
  ];
}

/** Limits that the queue breaks now: a limit that is kept is not told by the health check. */
export function limitLines(spec: MetricChartSpec, queue: QueueHealthStatus | undefined): LimitLine[] {
  if (!queue) return [];
  return spec.limits.flatMap(({ kind, label }) => {
    const issue = issueOf(queue, kind);
    if (issue?.limit === undefined) return [];
    const text = spec.formatLimit(issue.limit);
    return [{ value: issue.limit, label: `${label} ${text}`, severity: issue.severity }];
  });
}

function timeUnit(longestMs: number): { ms: number; word: string } {
  if (longestMs < 1_000) return { ms: 1, word: 'ms' };
  if (longestMs < 180_000) return { ms: 1_000, word: 'seconds' };
  if (longestMs < 3 * 3_600_000) return { ms: 60_000, word: 'minutes' };
  return { ms: 3_600_000, word: 'hours' };
}
