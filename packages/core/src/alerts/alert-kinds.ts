/** What an alert can be about; there is at most one per queue and kind. */
export const alertKinds = [
  'queue_depth',
  'error_rate',
  'timeout_rate',
  'processing_time',
  'memory_usage',
  'no_workers',
  'stalled',
  'oldest_waiting',
  'crash_loop',
  'rate_limit',
  'schedule_missed',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** The five types of the guide. */
export type GuideAlertType = 'queue_depth' | 'error_rate' | 'timeout_rate' | 'processing_time' | 'memory_usage';

/**
 * The guide's type nearest to each kind, so that a client that knows five shows them all:
 * what makes jobs wait is `queue_depth`, what makes attempts fail `error_rate`, and a job
 * whose worker fell silent ran out of its lock's time.
 */
export const guideTypeOf: Readonly<Record<AlertKind, GuideAlertType>> = {
  queue_depth: 'queue_depth',
  error_rate: 'error_rate',
  timeout_rate: 'timeout_rate',
  processing_time: 'processing_time',
  memory_usage: 'memory_usage',
  no_workers: 'queue_depth',
  stalled: 'timeout_rate',
  oldest_waiting: 'queue_depth',
  crash_loop: 'error_rate',
  rate_limit: 'queue_depth',
  schedule_missed: 'queue_depth',
};

/**
 * Kinds that fire at once: each already counts over minutes (stalls in five of them, deaths
 * in a row), and waiting longer would only lose the first.
 */
export const immediateKinds: ReadonlySet<AlertKind> = new Set(['stalled', 'crash_loop']);
