import type { HealthIssue } from '@drover/contract';

/** One made-up queue: what its numbers hover around. */
export interface Shape {
  name: string;
  waiting: number;
  active: number;
  failed: number;
  rate: number;
  errors: number;
  timeouts: number;
  p95: number;
  oldest: number;
  workers: [running: number, desired: number];
  concurrency: number;
  paused?: boolean;
  watchedBy?: 'drover' | 'other';
  issues?: HealthIssue[];
}

const issue = (
  kind: HealthIssue['kind'],
  severity: HealthIssue['severity'],
  message: string,
  value: number,
  limit: number,
): HealthIssue => ({ kind, severity, message, value, limit });

/** The queues of the pictures in the design, and one whose workers are plain BullMQ's. */
export const shapes: readonly Shape[] = [
  {
    name: 'asset-processing',
    ...{ waiting: 1842, active: 24, failed: 214, rate: 96, errors: 8.1, timeouts: 3.9, p95: 41_200, oldest: 848_000 },
    workers: [3, 8],
    concurrency: 8,
    issues: [
      issue('oldest_waiting', 'critical', 'Oldest job has waited 14 min (limit 5 min)', 848_000, 300_000),
      issue('error_rate', 'critical', '8.1 % of jobs fail (limit 5 %)', 8.1, 5),
      issue('queue_depth', 'critical', '1,842 jobs waiting (limit 1,000)', 1842, 1000),
      issue('processing_time', 'warning', 'p95 processing time is 41.2 s (limit 30 s)', 41_200, 30_000),
      issue('timeout_rate', 'warning', '3.9 % of jobs time out (limit 2 %)', 3.9, 2),
    ],
  },
  {
    name: 'payments',
    ...{ waiting: 37, active: 12, failed: 58, rate: 214, errors: 6.2, timeouts: 0.4, p95: 3_900, oldest: 22_000 },
    workers: [4, 6],
    concurrency: 4,
    issues: [issue('error_rate', 'critical', '6.2 % of jobs fail (limit 5 %)', 6.2, 5)],
  },
  {
    name: 'search-indexing',
    ...{ waiting: 6410, active: 20, failed: 12, rate: 1240, errors: 0.3, timeouts: 0, p95: 620, oldest: 310_000 },
    workers: [5, 5],
    concurrency: 4,
    issues: [issue('queue_depth', 'warning', '6,410 jobs waiting (limit 5,000)', 6410, 5000)],
  },
  {
    name: 'email-campaign',
    ...{ waiting: 12_400, active: 8, failed: 9, rate: 300, errors: 0.1, timeouts: 0, p95: 410, oldest: 2_480_000 },
    workers: [2, 4],
    concurrency: 4,
    issues: [issue('oldest_waiting', 'warning', 'Oldest job has waited 41 min (limit 30 min)', 2_480_000, 1_800_000)],
  },
  {
    name: 'tax-generation',
    ...{ waiting: 64, active: 6, failed: 11, rate: 48, errors: 2.3, timeouts: 2.3, p95: 8_400, oldest: 62_000 },
    workers: [3, 4],
    concurrency: 2,
    issues: [issue('timeout_rate', 'warning', '2.3 % of jobs time out (limit 2 %)', 2.3, 2)],
  },
  {
    name: 'database-writes',
    ...{ waiting: 112, active: 40, failed: 1, rate: 2860, errors: 0, timeouts: 0, p95: 84, oldest: 1_000 },
    workers: [5, 5],
    concurrency: 8,
  },
  {
    name: 'push-notifications',
    ...{ waiting: 23, active: 10, failed: 4, rate: 864, errors: 0.1, timeouts: 0, p95: 190, oldest: 1_000 },
    workers: [2, 2],
    concurrency: 8,
  },
  {
    name: 'inventory-sync',
    ...{ waiting: 41, active: 8, failed: 0, rate: 520, errors: 0, timeouts: 0, p95: 240, oldest: 4_000 },
    workers: [2, 2],
    concurrency: 4,
  },
  {
    name: 'email-sending',
    ...{ waiting: 18, active: 6, failed: 3, rate: 412, errors: 0.2, timeouts: 0, p95: 380, oldest: 2_000 },
    workers: [4, 4],
    concurrency: 4,
  },
  {
    name: 'order-fulfilment',
    ...{ waiting: 9, active: 5, failed: 2, rate: 131, errors: 0.4, timeouts: 0, p95: 1_200, oldest: 3_000 },
    workers: [3, 3],
    concurrency: 4,
  },
  {
    name: 'legacy-imports',
    ...{ waiting: 6, active: 3, failed: 1, rate: 38, errors: 0.6, timeouts: 0, p95: 2_700, oldest: 6_000 },
    workers: [0, 0],
    concurrency: 1,
    watchedBy: 'other',
  },
  {
    name: 'reports-nightly',
    ...{ waiting: 0, active: 0, failed: 0, rate: 0, errors: 0, timeouts: 0, p95: 0, oldest: 0 },
    workers: [1, 1],
    concurrency: 1,
    paused: true,
    issues: [issue('paused', 'warning', 'Paused: no job is taken', 1, 0)],
  },
];
