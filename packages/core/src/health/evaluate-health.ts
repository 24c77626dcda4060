import type { SupervisedQueueStatus } from '../ports/fleet.js';
import type { QueueState } from '../ports/queue-gateway.js';
import type { HealthThresholds, Threshold } from './thresholds.js';
import { countInWords, durationInWords, jobsInWords, percentInWords } from './words.js';

export type Severity = 'warning' | 'critical';
export type HealthStatus = 'healthy' | Severity;

export const healthIssueKinds = [
  'queue_depth',
  'oldest_waiting',
  'error_rate',
  'timeout_rate',
  'processing_time',
  'memory_usage',
  'paused',
  'no_workers',
  'stalled',
  'crash_loop',
  'rate_limit',
  'schedule_missed',
  'mixed_priorities',
  'unreadable',
] as const;
export type HealthIssueKind = (typeof healthIssueKinds)[number];

export interface HealthIssue {
  readonly kind: HealthIssueKind;
  readonly severity: Severity;
  /** What is wrong, with the value and its limit, for a person. */
  readonly message: string;
  readonly value?: number;
  readonly limit?: number;
}

/** What is known of one queue at a tick. `null` is unknown, and never a reason to worry or to be calm. */
export interface QueueObservation {
  /** `null` when the engine could not read the queue; `unreadableBecause` says why. */
  readonly state: QueueState | null;
  readonly unreadableBecause: string | null;
  /** Over 5 minutes. */
  readonly finished: number | null;
  readonly errorRate: number | null;
  readonly timeoutRate: number | null;
  readonly p95ProcessingMs: number | null;
  readonly stalled: number | null;
  readonly workers: {
    readonly ready: number;
    readonly starting: number;
    readonly draining: number;
    /** How many Drover keeps running; `null` for queues whose workers it does not run. */
    readonly desired: number | null;
    /** True when the queue's workers report to Drover, or did. */
    readonly ours: boolean;
  };
  /** The fullest worker's RSS of its hard limit, percent. */
  readonly memoryPercent: number | null;
  readonly crashLoop: SupervisedQueueStatus['crashLoop'];
  /** Time that its workers waited for a rate limit, percent, over 5 minutes. */
  readonly rateLimitedPercent: number | null;
  /** Worst first. */
  readonly missedSchedules: readonly MissedSchedule[] | null;
}

/** A schedule whose run came due more than a minute ago, and no worker took it. */
export interface MissedSchedule {
  readonly scheduleId: string;
  readonly overdueMs: number;
}

export interface QueueHealth {
  readonly status: HealthStatus;
  /** Worst first. */
  readonly issues: readonly HealthIssue[];
}

/** Jobs of a queue that we know no workers of may wait this long before we ask whether one runs. */
const UNATTENDED_AFTER_MS = 60_000;

/** Judges one queue. Pure: the same observation and thresholds give the same issues, in the same order. */
export function evaluateHealth(observation: QueueObservation, thresholds: HealthThresholds): QueueHealth {
  const issues = [
    ...unreadable(observation),
    ...crashLoop(observation),
    ...noWorkers(observation),
    ...backlog(observation, thresholds),
    ...outcomes(observation, thresholds),
    ...resources(observation, thresholds),
    ...missedSchedules(observation),
    ...conduct(observation),
  ];
  const ordered = [
    ...issues.filter(({ severity }) => severity === 'critical'),
    ...issues.filter(({ severity }) => severity === 'warning'),
  ];
  return { status: ordered[0]?.severity ?? 'healthy', issues: ordered };
}

function unreadable({ state, unreadableBecause }: QueueObservation): HealthIssue[] {
  if (state !== null) return [];
  return [{ kind: 'unreadable', severity: 'critical', message: `Cannot be read: ${unreadableBecause ?? 'no answer'}` }];
}

function crashLoop({ crashLoop: loop }: QueueObservation): HealthIssue[] {
  if (loop === null) return [];
  // The first line of a stack or of what was written last: the rest is for the log.
  const [reason = ''] = loop.lastError.trim().split('\n');
  const message = `Workers keep crashing (${loop.restarts} restarts): ${reason.slice(0, 200)}`;
  return [{ kind: 'crash_loop', severity: 'critical', message, value: loop.restarts }];
}

function noWorkers({ state, workers }: QueueObservation): HealthIssue[] {
  if (state === null || state.paused || workers.ready + workers.starting > 0) return [];
  const pending = state.waiting + state.active;
  if (workers.ours) {
    if (workers.desired === 0 && pending === 0) return [];
    if (workers.desired === null && pending === 0 && state.delayed === 0) return [];
    const message = pending > 0 ? `No worker is running and ${jobsInWords(pending)} need one` : 'No worker is running';
    return [{ kind: 'no_workers', severity: pending > 0 ? 'critical' : 'warning', message, value: pending }];
  }
  // Plain BullMQ workers do not report to us; jobs that wait while none is active are the only sign.
  if (state.active > 0 || (state.oldestWaitingMs ?? 0) < UNATTENDED_AFTER_MS) return [];
  const message = `${jobsInWords(state.waiting)} wait and none is active: is a worker running?`;
  return [{ kind: 'no_workers', severity: 'warning', message, value: state.waiting }];
}

function backlog({ state }: QueueObservation, thresholds: HealthThresholds): HealthIssue[] {
  if (state === null) return [];
  return [
    ...exceeded('queue_depth', state.waiting, thresholds.queueDepth, (value, limit) => {
      return `${countInWords(value)} waiting (limit ${countInWords(limit)})`;
    }),
    ...exceeded('oldest_waiting', state.oldestWaitingMs, thresholds.oldestWaitingMs, (value, limit) => {
      return `Oldest job waits ${durationInWords(value)} (limit ${durationInWords(limit)})`;
    }),
  ];
}

function outcomes(observation: QueueObservation, thresholds: HealthThresholds): HealthIssue[] {
  const enough = (observation.finished ?? 0) >= thresholds.minFinished;
  const rates = enough ? observation : { errorRate: null, timeoutRate: null };
  return [
    ...exceeded('error_rate', rates.errorRate, thresholds.errorRate, (value, limit) => {
      return `${percentInWords(value)} of jobs fail (limit ${percentInWords(limit)})`;
    }),
    ...exceeded('timeout_rate', rates.timeoutRate, thresholds.timeoutRate, (value, limit) => {
      return `${percentInWords(value)} of jobs time out (limit ${percentInWords(limit)})`;
    }),
    ...exceeded('processing_time', observation.p95ProcessingMs, thresholds.processingMs, (value, limit) => {
      return `p95 processing time is ${durationInWords(value)} (limit ${durationInWords(limit)})`;
    }),
  ];
}

function resources(observation: QueueObservation, thresholds: HealthThresholds): HealthIssue[] {
  return [
    ...exceeded('memory_usage', observation.memoryPercent, thresholds.memoryPercent, (value, limit) => {
      return `A worker is at ${percentInWords(value)} of its memory (limit ${percentInWords(limit)})`;
    }),
    ...exceeded('rate_limit', observation.rateLimitedPercent, thresholds.rateLimitedPercent, (value, limit) => {
      return `Workers wait for a rate limit ${percentInWords(value)} of the time (limit ${percentInWords(limit)})`;
    }),
  ];
}

function missedSchedules({ state, missedSchedules: missed }: QueueObservation): HealthIssue[] {
  const [worst] = missed ?? [];
  // A paused queue runs nothing, schedules included, until somebody resumes it.
  if (missed === null || worst === undefined || state === null || state.paused) return [];
  const others = missed.length > 1 ? `, and so should ${countInWords(missed.length - 1)} more` : '';
  const message = `Schedule "${worst.scheduleId.slice(0, 200)}" should have run ${durationInWords(worst.overdueMs)} ago${others}`;
  return [{ kind: 'schedule_missed', severity: 'warning', message, value: missed.length }];
}

function conduct({ state, stalled }: QueueObservation): HealthIssue[] {
  const issues: HealthIssue[] = [];
  if (stalled !== null && stalled >= 1) {
    const message = `${jobsInWords(stalled)} stalled in 5 min and ran again`;
    issues.push({ kind: 'stalled', severity: 'warning', message, value: Math.round(stalled) });
  }
  if (state?.paused) {
    const message = state.waiting > 0 ? `Paused with ${jobsInWords(state.waiting)} waiting` : 'Paused';
    issues.push({ kind: 'paused', severity: 'warning', message, value: state.waiting });
  }
  // BullMQ runs every unprioritised job before the first prioritised one, CRITICAL included.
  if (state !== null && state.prioritized > 0 && state.waiting > state.prioritized) {
    const message = `${jobsInWords(state.waiting - state.prioritized)} without priority run before all prioritised ones`;
    issues.push({ kind: 'mixed_priorities', severity: 'warning', message, value: state.waiting - state.prioritized });
  }
  return issues;
}

function exceeded(
  kind: HealthIssueKind,
  value: number | null,
  threshold: Threshold,
  describe: (value: number, limit: number) => string,
): HealthIssue[] {
  if (value === null || value < threshold.warning) return [];
  const severity: Severity = value >= threshold.critical ? 'critical' : 'warning';
  const limit = threshold[severity];
  return [{ kind, severity, message: describe(value, limit), value, limit }];
}
