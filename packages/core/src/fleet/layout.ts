/**
 * Where workers leave their reports and read what they go by. Workers and the control plane
 * live in packages that do not know each other, so the names live in one place.
 *
 * Redis: one string per worker, expiring. PostgreSQL: one row per worker in Drover's schema.
 */
export const DEFAULT_PREFIX = 'drover';
export const DEFAULT_SCHEMA = 'drover';

/** A report disappears this long after its worker last wrote it. */
export const REPORT_TTL_MS = 60_000;
/** Final reports stay longer, so a control plane that was away still counts them. */
export const FINAL_REPORT_TTL_MS = 600_000;

/** Names may hold anything; percent-encoding keeps `:` and `{}` out of Redis keys. */
export function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll('.', '%2E');
}

/** The set that lists every worker with a live report: member = worker id. */
export const workersKey = (prefix: string): string => `${prefix}:fleet:workers`;
export const reportKey = (prefix: string, workerId: string): string => `${prefix}:fleet:report:${encodeName(workerId)}`;
export const desiredKey = (prefix: string, workerId: string): string =>
  `${prefix}:fleet:desired:${encodeName(workerId)}`;

/** Settings documents: a hash (key -> stored document), and how many writes there were in all. */
export const settingsKey = (prefix: string): string => `${prefix}:settings`;
export const settingsRevisionKey = (prefix: string): string => `${prefix}:settings:revision`;

/** PostgreSQL tables, within Drover's schema. */
export const reportTable = 'worker_report';
export const desiredTable = 'worker_desired';
export const settingsTable = 'settings';
export const settingsRevisionTable = 'settings_revision';
