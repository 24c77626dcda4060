import type { HealthIssue, QueueHealthStatus } from '@drover/contract';
import {
  formatCount,
  formatDuration,
  formatMegabytes,
  formatPercent,
  formatRate,
  formatRoughly,
  plural,
} from './format.js';
import { issuesOf, known } from './health.js';

export interface Reason extends HealthIssue {
  /** Further numbers that belong to it. */
  readonly detail: string;
}

/** Why the queue is not healthy, each with the numbers beside it. */
export function reasonsOf(queue: QueueHealthStatus): Reason[] {
  return issuesOf(queue).map((issue) => ({ ...issue, detail: detailOf(issue, queue) }));
}

function detailOf({ kind }: HealthIssue, queue: QueueHealthStatus): string {
  const { metrics } = queue;
  const failed = known(metrics, 'failed');
  switch (kind) {
    case 'queue_depth':
    case 'oldest_waiting':
      return backlogWords(queue) ?? '';
    case 'timeout_rate':
      return `Errors in all: ${formatPercent(metrics.errorRate)}.`;
    case 'error_rate':
      return failed === undefined ? '' : `${plural(failed, 'failed job')} kept.`;
    case 'processing_time': {
      const [p50, p99] = [known(metrics, 'p50ProcessingTimeMs'), known(metrics, 'p99ProcessingTimeMs')];
      return p50 === undefined || p99 === undefined ? '' : `p50 ${formatDuration(p50)}, p99 ${formatDuration(p99)}.`;
    }
    case 'memory_usage': {
      const used = known(metrics, 'memoryUsageMB');
      return used === undefined ? '' : `Its workers hold ${formatMegabytes(used)}.`;
    }
    case 'paused':
      return `${plural(metrics.waiting, 'job')} will wait until it is resumed.`;
    case 'no_workers':
      return `${plural(metrics.waiting, 'job')} will wait until a worker comes.`;
    case 'stalled':
      return 'Their jobs go back to the queue and run again.';
    case 'crash_loop':
      return 'It is started again, later each time.';
    case 'rate_limit':
      return 'They go back to the queue, and wait for the next window.';
    case 'schedule_missed':
      return 'It runs when a worker takes the run that is due; its next run is made then.';
    case 'mixed_priorities':
      return 'Jobs without a priority run before all that have one.';
    case 'unreadable':
      return '';
  }
}

/** Whether the backlog grows or shrinks, and when it is gone at this pace; undefined where that is not known. */
export function backlogWords({ metrics }: QueueHealthStatus): string | undefined {
  const arriving = known(metrics, 'arrivalsPerMinute');
  const finished = known(metrics, 'jobsPerMinute');
  if (arriving === undefined || finished === undefined) return undefined;
  const flow = `${formatRate(arriving)} jobs/min arrive, ${formatRate(finished)} finish.`;
  const shrinking = finished - arriving;
  if (metrics.waiting < 10 || Math.abs(shrinking) < Math.max(1, finished * 0.05)) return flow;
  if (shrinking < 0) return `${flow} The backlog grows by ${formatCount(-shrinking)} a minute.`;
  return `${flow} At this pace it is gone in ${formatRoughly((metrics.waiting / shrinking) * 60_000)}.`;
}
