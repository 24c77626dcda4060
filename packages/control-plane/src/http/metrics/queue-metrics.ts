import type { QueueHealthStatus, QueueMetrics } from '@drover/contract';
import { emptyTally, type QueueTally, recycleCauses } from '@drover/core';
import { SampledMetric } from './samples.js';

const BYTES_PER_MB = 1_048_576;
const states = {
  waiting: 'waiting',
  active: 'active',
  delayed: 'delayed',
  completed: 'completed',
  failed: 'failed',
  waitingChildren: 'waiting_children',
} as const satisfies Partial<Record<keyof QueueMetrics, string>>;

/** What is told of each queue. `tallyOf`: of queues whose workers report to Drover; of the others nothing is counted. */
export function queueMetrics(
  queues: readonly QueueHealthStatus[],
  tallyOf: (queueName: string) => QueueTally | undefined,
): readonly SampledMetric[] {
  const gauge = (name: string, help: string) => new SampledMetric(`drover_queue_${name}`, 'gauge', help);
  const counter = (name: string, help: string) => new SampledMetric(`drover_queue_${name}_total`, 'counter', help);
  const histogram = (name: string, help: string) =>
    new SampledMetric(`drover_queue_${name}_seconds`, 'histogram', help);
  const m = {
    jobs: gauge('jobs', 'Jobs by state. Completed and failed are the kept ones, as retention leaves them.'),
    oldest: gauge('oldest_waiting_seconds', 'Age of the job that could run and has waited longest; 0 when none waits.'),
    paused: gauge('paused', '1 while the queue is paused.'),
    status: gauge('status', '1 for the status that the queue has: healthy, warning or critical.'),
    workers: gauge('workers', 'Workers by state.'),
    desired: gauge('workers_desired', 'Workers that shall run, by policy and scaler.'),
    memory: gauge('memory_bytes', "Resident memory of the queue's workers together."),
    memoryRatio: gauge('memory_limit_ratio', 'Resident memory of the workers with a hard limit, of these limits.'),
    attempts: counter('attempts', 'Attempts that ended, by outcome; each has one.'),
    stalled: counter('stalled_jobs', 'Jobs found without their worker and put back.'),
    handedBack: counter('handed_back_jobs', 'Jobs given back unfinished by a worker that had to end.'),
    deadlines: counter('deadline_events', 'Attempts past their soft timeout, past a shadowed one, or left running.'),
    recycled: counter('recycled_workers', 'Workers replaced, by cause.'),
    processing: histogram('processing', 'Time from pick-up to the end of an attempt.'),
    wait: histogram('wait', "Time from when a job could run to its first start. Retries don't count."),
    names: new SampledMetric('drover_job_attempts_total', 'counter', 'Attempts that ended, by job name and outcome.'),
    nameTime: new SampledMetric(
      'drover_job_processing_seconds_total',
      'counter',
      'Time spent on attempts, by job name.',
    ),
  };

  for (const { queueName: queue, metrics, status, paused, workers } of queues) {
    const labels = { queue };
    const known = (field: keyof QueueMetrics): number | undefined => {
      const value = metrics[field];
      return typeof value === 'number' && !metrics.unknown?.includes(field) ? value : undefined;
    };
    for (const [field, state] of Object.entries(states)) {
      m.jobs.add(known(field as keyof typeof states), { ...labels, state });
    }
    m.oldest.add(seconds(known('oldestWaitingMs')), labels);
    if (paused !== undefined) m.paused.add(paused ? 1 : 0, labels);
    for (const each of ['healthy', 'warning', 'critical'])
      m.status.add(each === status ? 1 : 0, { ...labels, status: each });
    m.desired.add(workers?.desired, labels);
    for (const state of ['starting', 'ready', 'draining'] as const)
      m.workers.add(workers?.[state], { ...labels, state });
    const rssMB = known('memoryUsageMB');
    m.memory.add(rssMB === undefined ? undefined : rssMB * BYTES_PER_MB, labels);
    const percent = known('memoryPercentage');
    m.memoryRatio.add(percent === undefined ? undefined : percent / 100, labels);

    if (metrics.completedTotal === undefined) continue;
    const { failedTotal = 0, timedOutTotal = 0 } = metrics;
    const tally = tallyOf(queue) ?? emptyTally;
    outcomes(m.attempts, labels, { completed: metrics.completedTotal, failed: failedTotal, timedOut: timedOutTotal });
    m.stalled.add(metrics.stalledTotal, labels);
    m.handedBack.add(metrics.handedBackTotal, labels);
    for (const [event, count] of Object.entries(tally.deadlines)) m.deadlines.add(count, { ...labels, event });
    // Zeros as well: of a series that begins at 1, nobody sees the first.
    for (const cause of recycleCauses) m.recycled.add(tally.recycled[cause] ?? 0, { ...labels, cause });
    m.processing.addHistogram(tally.processing, labels);
    m.wait.addHistogram(tally.wait, labels);
    for (const [name, counts] of Object.entries(tally.names)) {
      outcomes(m.names, { ...labels, name }, counts);
      m.nameTime.add(counts.processingMs / 1_000, { ...labels, name });
    }
  }
  return Object.values(m);
}

/** Apart, so that their sum is all attempts: what timed out is a failure to the API. */
function outcomes(
  metric: SampledMetric,
  labels: Readonly<Record<string, string>>,
  { completed, failed, timedOut }: { readonly completed: number; readonly failed: number; readonly timedOut: number },
): void {
  metric.add(completed, { ...labels, outcome: 'completed' });
  metric.add(Math.max(0, failed - timedOut), { ...labels, outcome: 'failed' });
  metric.add(timedOut, { ...labels, outcome: 'timed_out' });
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1_000;
}
