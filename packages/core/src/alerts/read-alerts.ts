import { evaluateHealth, type HealthIssue, type QueueObservation, type Severity } from '../health/evaluate-health.js';
import { type Thresholds, withMargin } from '../health/thresholds.js';
import { type AlertKind, alertKinds } from './alert-kinds.js';

/** What one tick says of one kind of alert of one queue. */
export interface AlertReading {
  /** How bad it is now; `null` when no limit is exceeded. */
  readonly severity: Severity | null;
  /** As bad as that it would be with every limit lower by the margin: an alert stays at least there. */
  readonly held: Severity | null;
  /** Set with `severity`. */
  readonly issue: HealthIssue | null;
}

/**
 * Judges a queue as its health was judged (`issues`), and again with the margin off every limit.
 * A kind whose figures are not known is absent: it neither fires nor resolves.
 */
export function readAlerts(
  observation: QueueObservation,
  thresholds: Thresholds,
  issues: readonly HealthIssue[],
): ReadonlyMap<AlertKind, AlertReading> {
  const held = evaluateHealth(observation, withMargin(thresholds)).issues;
  const known = alertKinds.filter((kind) => isKnown(kind, observation));
  return new Map(
    known.map((kind) => {
      const issue = issues.find((candidate) => candidate.kind === kind) ?? null;
      const still = held.find((candidate) => candidate.kind === kind) ?? null;
      return [kind, { severity: issue?.severity ?? null, held: still?.severity ?? null, issue }];
    }),
  );
}

function isKnown(kind: AlertKind, observation: QueueObservation): boolean {
  const { state, workers } = observation;
  switch (kind) {
    case 'queue_depth':
    case 'oldest_waiting':
    case 'no_workers':
      return state !== null;
    case 'error_rate':
      return observation.finished !== null && observation.errorRate !== null;
    case 'timeout_rate':
      return observation.finished !== null && observation.timeoutRate !== null;
    case 'processing_time':
      // Jobs that hang finish nothing: the figure goes quiet just when it is worst.
      return observation.p95ProcessingMs !== null || (observation.finished === 0 && state?.active === 0);
    case 'memory_usage':
      // Without a worker there is no memory to worry about; one that has not reported yet may be full.
      return observation.memoryPercent !== null || workers.ready + workers.starting + workers.draining === 0;
    case 'stalled':
      return observation.stalled !== null;
    case 'crash_loop':
      return true;
    case 'rate_limit':
      return observation.rateLimitedPercent !== null;
    case 'schedule_missed':
      return state !== null && observation.missedSchedules !== null;
  }
}
