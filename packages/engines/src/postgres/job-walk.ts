import {
  Fault,
  type JobRef,
  type JobRow,
  type JobSieve,
  type JobState,
  type JobWalk,
  type SieveField,
} from '@drover/core';

/** Order of a state's jobs; each has an index of BullMQ's behind it. */
interface Path {
  readonly key: string;
  readonly mark: string;
  readonly markType: 'text' | 'bigint';
}

const byId = (key: string): Path => ({ key, mark: 'id', markType: 'text' });
const paths: Record<JobState, Path> = {
  waiting: { key: 'priority', mark: 'seq', markType: 'bigint' },
  // No index has this order, but active jobs are as few as workers can hold.
  active: byId('coalesce(processed_at_ms, 0)'),
  delayed: byId('process_at_ms'),
  'waiting-children': byId('seq'),
  completed: byId('finished_at_ms'),
  failed: byId('finished_at_ms'),
};

const ENDS = { oldest: '-9223372036854775808', newest: '9223372036854775807' } as const;

const columnOf: Record<SieveField, string> = {
  data: 'data::text',
  result: 'return_value::text',
  error: 'failed_reason',
};

/** Values as far as they have at most `$max` bytes. */
const upTo = (column: string, max: string) =>
  `CASE WHEN octet_length(${column}::text) <= ${max} THEN ${column}::text END`;

/** The columns of a `JobRowRecord`, of a table or subquery with those of `job`. */
export const rowColumns = `queue, id, name, state::text AS state, priority, attempts_made, attempts_started, max_attempts,
  added_at_ms::float8 AS added_at_ms, process_at_ms::float8 AS process_at_ms,
  processed_at_ms::float8 AS processed_at_ms, finished_at_ms::float8 AS finished_at_ms,
  left(failed_reason, 2000) AS failed_reason, processed_by, scheduler_id, parent_queue, parent_id,
  ${upTo('progress', '2000')} AS progress, octet_length(data::text) AS data_bytes,
  coalesce(octet_length(return_value::text), 0) AS result_bytes`;

export interface JobRowRecord {
  readonly queue: string;
  readonly id: string;
  readonly name: string;
  readonly state: JobState;
  readonly priority: number;
  readonly attempts_made: number;
  readonly attempts_started: number;
  readonly max_attempts: number;
  readonly added_at_ms: number;
  readonly process_at_ms: number | null;
  readonly processed_at_ms: number | null;
  readonly finished_at_ms: number | null;
  readonly failed_reason: string | null;
  readonly processed_by: string | null;
  readonly scheduler_id: string | null;
  readonly parent_queue: string | null;
  readonly parent_id: string | null;
  readonly progress: string | null;
  readonly data_bytes: number;
  readonly result_bytes: number;
}

export interface WalkedRecord extends JobRowRecord {
  readonly key: string;
  readonly mark: string;
  readonly total: number;
  readonly fits: boolean;
  readonly data: string | null;
  readonly result: string | null;
  readonly stacks: string | null;
}

/** A slice of a walk: the jobs that pass the sieve, and the last one looked at, whether it passes or not. */
export function walkStatement(walk: JobWalk): { readonly text: string; readonly values: readonly unknown[] } {
  const { queueName, state, order, after, look, sieve, maxValueBytes = 0, maxStackBytes = 0 } = walk;
  const { key, mark, markType } = paths[state];
  const [direction, toward, past] = order === 'oldest' ? (['ASC', '>=', '>'] as const) : (['DESC', '<=', '<'] as const);
  const start = after === null ? [ENDS[order], markType === 'text' ? '' : ENDS[order]] : readPlace(after, markType);
  const values: unknown[] = [queueName, ...start, look, maxValueBytes, maxStackBytes];
  const fits = sieveCondition(sieve, values);
  const text = `WITH looked AS MATERIALIZED (
      SELECT *, (${key})::bigint AS walk_key, ${mark} AS walk_mark FROM job
      WHERE queue = $1 AND state = '${state}'
        AND ${key} ${toward} $2::bigint AND (${key}, ${mark}) ${past} ($2::bigint, $3::${markType})
      ORDER BY ${key} ${direction}, ${mark} ${direction} LIMIT $4
    ), numbered AS (
      SELECT *, ${fits} AS fits, count(*) OVER ()::float8 AS total,
        row_number() OVER (ORDER BY walk_key ${direction}, walk_mark ${direction}) AS place
      FROM looked
    )
    SELECT ${rowColumns}, walk_key::text AS key, walk_mark::text AS mark, fits, total,
      CASE WHEN $5 > 0 THEN ${upTo('data', '$5')} END AS data,
      CASE WHEN $5 > 0 THEN ${upTo('return_value', '$5')} END AS result,
      CASE WHEN $6 > 0 THEN ${upTo('stacktrace', '$6')} END AS stacks
    FROM numbered WHERE fits OR place = total ORDER BY place`;
  return { text, values };
}

function sieveCondition(sieve: JobSieve | undefined, values: unknown[]): string {
  const parts: string[] = [];
  if (sieve?.name !== undefined) parts.push(`name = $${values.push(sieve.name)}`);
  for (const { field, text, anyCase } of sieve?.texts ?? []) {
    const place = values.push(anyCase ? text.toLowerCase() : text);
    // "C": in another collation a letter's lower case may be no ASCII, and equal texts of different bytes.
    const value = `(coalesce(${columnOf[field]}, '') COLLATE "C")`;
    parts.push(`position($${place} IN ${anyCase ? `lower(${value})` : value}) > 0`);
  }
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
}

function readPlace(after: string, markType: Path['markType']): readonly string[] {
  try {
    const parts: unknown = JSON.parse(after);
    if (Array.isArray(parts) && parts.length === 2 && parts.every((part) => typeof part === 'string')) {
      const [key, mark] = parts as [string, string];
      if (isBigint(key) && (markType === 'text' || isBigint(mark))) return [key, mark];
    }
  } catch {
    // Told below.
  }
  throw new Fault('invalid_input', 'This is no cursor of a walk over these jobs.');
}

const isBigint = (text: string) => /^-?\d{1,18}$/.test(text);

export function toJobRow(record: JobRowRecord): JobRow {
  return {
    queueName: record.queue,
    jobId: record.id,
    name: record.name,
    state: record.state,
    priority: record.priority,
    attemptsMade: record.attempts_made,
    attemptsStarted: record.attempts_started,
    maxAttempts: Math.max(1, record.max_attempts),
    addedAtMs: record.added_at_ms,
    dueAtMs: record.state === 'delayed' ? record.process_at_ms : null,
    startedAtMs: record.processed_at_ms,
    finishedAtMs: record.finished_at_ms,
    // BullMQ leaves a failure's reason in a job that then completes.
    error: record.state === 'completed' ? null : record.failed_reason,
    processedBy: record.processed_by,
    schedulerId: record.scheduler_id,
    parent: parentOf(record),
    progress: record.progress,
    dataBytes: record.data_bytes,
    resultBytes: record.result_bytes,
  };
}

function parentOf({ parent_queue: queue, parent_id: jobId }: JobRowRecord): JobRef | null {
  if (queue === null || jobId === null) return null;
  // BullMQ keeps the qualified name where a producer gave one: `prefix:queue`.
  return { queueName: queue.slice(queue.lastIndexOf(':') + 1), jobId };
}
