import type { HealthIssueKind, QueueHealthStatus, QueueMetrics, WorkerMemoryState } from '@drover/contract';
import {
  formatCount,
  formatDuration,
  formatDurationLimit,
  formatExact,
  formatPercent,
  formatPercentLimit,
  formatRate,
  formatRoughly,
  plural,
  unknownMark,
} from '../../models/format';
import { issueOf, known, severityOf } from '../../models/health';
import { type MetricField, seriesOf, type Timeline } from '../../models/timeline';
import { Sparkline } from '../../ui/sparkline';
import { Tile } from '../../ui/tile';

export interface QueueTilesProps {
  queue: QueueHealthStatus | undefined;
  workers: readonly WorkerMemoryState[] | undefined;
  timeline: Timeline | undefined;
}

interface FigureTile {
  label: string;
  field: MetricField;
  /** A number, and its unit after a space. */
  format: (value: number) => string;
  issues: readonly HealthIssueKind[];
  /** In words, where no limit is told. */
  detail: string;
}

/** The queue's main numbers, each with its limit or what belongs to it. */
export function QueueTiles({ queue, workers, timeline }: QueueTilesProps) {
  const tiles = queue && tilesOf(queue, workers);
  return (
    <section className="tiles tiles-7" aria-label="Now">
      {(tiles ?? placeholders).map(({ label, field, format, issues, detail }) => {
        const value = queue && known(queue.metrics, field);
        const [number, unit] = value === undefined ? [] : format(value).split(' ');
        const tone = queue && severityOf(queue, ...issues);
        return (
          <Tile
            key={label}
            label={label}
            value={queue && (value === undefined ? unknownMark : number)}
            exact={value === undefined ? 'unknown' : formatExact(value)}
            unit={unit}
            tone={tone}
            detail={queue && (value === undefined ? 'unknown' : detail)}
            figure={<Sparkline series={timeline && seriesOf(timeline, field)} tone={tone ?? 'series'} />}
          />
        );
      })}
    </section>
  );
}

function tilesOf(queue: QueueHealthStatus, workers: readonly WorkerMemoryState[] | undefined): FigureTile[] {
  const { metrics } = queue;
  const limit = (kind: HealthIssueKind, format: (value: number) => string) => {
    const value = issueOf(queue, kind)?.limit;
    return value === undefined ? undefined : `limit ${format(value)}`;
  };
  const delayed = known(metrics, 'delayed');
  const failed = known(metrics, 'failed');
  const arriving = known(metrics, 'arrivalsPerMinute');
  const p50 = known(metrics, 'p50ProcessingTimeMs');
  const join = (...parts: (string | undefined)[]) => parts.filter(Boolean).join(' · ');
  return [
    {
      label: 'Waiting',
      field: 'waiting',
      format: formatCount,
      issues: ['queue_depth'],
      detail: join(limit('queue_depth', formatCount), delayed === undefined ? '' : `${formatCount(delayed)} delayed`),
    },
    {
      label: 'Oldest wait',
      field: 'oldestWaitingMs',
      format: formatRoughly,
      issues: ['oldest_waiting'],
      detail: limit('oldest_waiting', formatRoughly) ?? waitWords(metrics),
    },
    { label: 'Active', field: 'active', format: formatCount, issues: ['stalled'], detail: slotWords(workers) },
    {
      label: 'Jobs/min',
      field: 'jobsPerMinute',
      format: formatRate,
      issues: [],
      detail: arriving === undefined ? 'arrivals unknown' : `arriving ${formatRate(arriving)}/min`,
    },
    {
      label: 'Errors',
      field: 'errorRate',
      format: (value) => formatPercent(value),
      issues: ['error_rate'],
      detail: join(
        limit('error_rate', formatPercentLimit),
        failed === undefined ? '' : `${formatCount(failed)} failed`,
      ),
    },
    {
      label: 'Timeouts',
      field: 'timeoutRate',
      format: (value) => formatPercent(value),
      issues: ['timeout_rate'],
      detail: limit('timeout_rate', formatPercentLimit) ?? 'of finished attempts',
    },
    {
      label: 'p95',
      field: 'p95ProcessingTimeMs',
      format: (value) => (value < 60_000 ? formatDuration(value) : formatRoughly(value)),
      issues: ['processing_time'],
      detail: join(
        limit('processing_time', formatDurationLimit),
        p50 === undefined ? '' : `p50 ${formatDuration(p50)}`,
      ),
    },
  ];
}

const placeholders: FigureTile[] = ['Waiting', 'Oldest wait', 'Active', 'Jobs/min', 'Errors', 'Timeouts', 'p95'].map(
  (label) => ({ label, field: 'waiting', format: formatCount, issues: [], detail: '' }),
);

/** How long jobs waited that have started, where workers tell. */
function waitWords(metrics: QueueMetrics): string {
  const p95 = known(metrics, 'p95WaitMs');
  if (p95 !== undefined) return `p95 waited ${formatDuration(p95)}`;
  return metrics.oldestWaitingMs === 0 ? 'nothing waits' : 'of the oldest job';
}

function slotWords(workers: readonly WorkerMemoryState[] | undefined): string {
  const slots = workers?.flatMap(({ concurrency }) => concurrency ?? []) ?? [];
  if (slots.length === 0) return 'slots unknown';
  return `of ${formatCount(slots.reduce((sum, slot) => sum + slot, 0))} slots, ${plural(slots.length, 'worker')}`;
}
