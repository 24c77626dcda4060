import type { CleanableState, JobSelection } from '@drover/core';

/** Locks are told by the clocks of workers, which may be this far behind ours. */
const STALE_MARGIN_MS = 5000;

/** Order of a walk over a state's jobs, each with an index of BullMQ's behind it. */
interface Walk {
  readonly key: string;
  readonly id: string;
  readonly keyType: 'bigint';
  readonly idType: 'text' | 'bigint';
  readonly where: string;
}

/** Not the job that a scheduler made last: when it runs it makes the next one. */
const notNextOfScheduler = `NOT EXISTS (
  SELECT 1 FROM scheduler s WHERE s.queue = job.queue AND s.scheduler_id = job.scheduler_id
    AND job.id = 'repeat:' || s.scheduler_id || ':' || s.next_run_ms)`;
const rested = 'coalesce(processed_at_ms, added_at_ms) <= $2';

const walks: Record<CleanableState, Walk> = {
  completed: {
    ...{ key: 'finished_at_ms', id: 'id', keyType: 'bigint', idType: 'text' },
    where: `state = 'completed' AND finished_at_ms <= $2`,
  },
  failed: {
    ...{ key: 'finished_at_ms', id: 'id', keyType: 'bigint', idType: 'text' },
    where: `state = 'failed' AND finished_at_ms <= $2`,
  },
  delayed: {
    ...{ key: 'process_at_ms', id: 'id', keyType: 'bigint', idType: 'text' },
    where: `state = 'delayed' AND ${rested} AND ${notNextOfScheduler}`,
  },
  waiting: {
    ...{ key: 'priority', id: 'seq', keyType: 'bigint', idType: 'bigint' },
    where: `state = 'waiting' AND ${rested} AND ${notNextOfScheduler}`,
  },
  active: {
    ...{ key: 'coalesce(locked_until_ms, 0)', id: 'id', keyType: 'bigint', idType: 'text' },
    where: `state = 'active' AND ${rested}
      AND coalesce(locked_until_ms, 0) < (extract(epoch FROM clock_timestamp()) * 1000)::bigint - ${STALE_MARGIN_MS}`,
  },
};

const LOWEST = '-9223372036854775808';
/** Below every position of a walk. */
export const walkStart = (state: CleanableState): readonly string[] =>
  walks[state].idType === 'text' ? [LOWEST, ''] : [LOWEST, LOWEST];

/** $1 queue, $2 until. */
export const countStatement = (state: CleanableState): string =>
  `SELECT count(*)::float8 AS total FROM job WHERE queue = $1 AND ${walks[state].where}`;

/**
 * A slice of jobs, locked: no worker and no other operation can take or change one until the
 * transaction ends, and those that somebody holds already are passed over. $1 queue, $2 until,
 * $3 and $4 cursor, $5 limit.
 */
export function pickStatement(state: CleanableState): string {
  const { key, id, keyType, idType, where } = walks[state];
  return `SELECT id, (${key})::text AS key, (${id})::text AS mark, coalesce((opts->>'lifo')::boolean, false) AS lifo
    FROM job
    WHERE queue = $1 AND ${where}
      AND ${key} >= $3::${keyType} AND (${key}, ${id}) > ($3::${keyType}, $4::${idType})
    ORDER BY ${key}, ${id} LIMIT $5
    FOR UPDATE SKIP LOCKED`;
}

export interface PickedJob {
  readonly id: string;
  readonly key: string;
  readonly mark: string;
  readonly lifo: boolean;
}

/**
 * Removes picked jobs with BullMQ's own function: it tells the parent, frees the deduplication
 * key, and leaves a job with a live lock. $1 queue, $2 ids.
 *
 * BullMQ's `clean` is not used: it chooses jobs and deletes them by id a moment later, when a
 * worker may have taken them, and deletes running jobs when asked for active ones.
 */
export const removeStatement = `SELECT count(*) FILTER (WHERE remove($1, id, false) = 1)::float8 AS removed
  FROM unnest($2::text[]) AS id`;

/** `remove` refuses every job that a scheduler made. Those picked are not its next one. $1 queue, $2 ids. */
export const detachStatement = `UPDATE job SET scheduler_id = NULL
  WHERE queue = $1 AND id = ANY($2::text[]) AND scheduler_id IS NOT NULL`;

/**
 * Puts a slice of failed jobs back with BullMQ's function behind `job.retry`, in one round trip.
 * As `pickStatement`; a code other than 1 is a refusal.
 */
export const retryStatement = `WITH picked AS MATERIALIZED (${pickStatement('failed')})
  SELECT id, key, mark, reprocess_job($1, id, 'failed', lifo, false, false) AS code FROM picked`;

export interface RetriedJob {
  readonly id: string;
  readonly key: string;
  readonly mark: string;
  readonly code: number;
}

export const selectionValues = ({ queueName, untilMs }: Pick<JobSelection, 'queueName' | 'untilMs'>) => [
  queueName,
  Math.floor(untilMs),
];
