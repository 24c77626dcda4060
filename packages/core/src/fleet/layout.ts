/**
 * Where workers leave their reports. Workers write here and the control plane reads, in
 * packages that do not know each other, so the names live in one place.
 *
 * Redis: one string per worker, expiring. PostgreSQL: one row per worker in Drover's schema.
 */
export const DEFAULT_PREFIX = 'drover';
export const DEFAULT_SCHEMA = 'drover';

/** A report disappears this long after its worker last wrote it. */
export const REPORT_TTL_MS = 60_000;
/** Final reports stay longer, so a control plane that was away still counts them. */
export const FINAL_REPORT_TTL_MS = 600_000;

/** Names may hold anything; percent-encoding keeps `:` and `{}` out of Redis keys and Relay topics. */
export function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E');
}

/** The set that lists every worker with a live report: member = worker id. */
export const workersKey = (prefix: string): string => `${prefix}:fleet:workers`;
export const reportKey = (prefix: string, workerId: string): string => `${prefix}:fleet:report:${encodeName(workerId)}`;
export const desiredKey = (prefix: string, workerId: string): string =>
  `${prefix}:fleet:desired:${encodeName(workerId)}`;

/** PostgreSQL tables, within Drover's schema. */
export const reportTable = 'worker_report';
export const desiredTable = 'worker_desired';

/** Relay topic on which the control plane nudges one worker to read its desired state. */
export const nudgeTopic = (workerId: string): string => `drover.worker.${encodeName(workerId)}`;
