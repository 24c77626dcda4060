/** As `waitingSinceMs`; a retry waits not before the end of its back-off, which is its `process_at_ms`. */
const waitingSince = `CASE WHEN attempts_started > 0 AND processed_at_ms IS NULL THEN NULL ELSE
  greatest(added_at_ms + coalesce((opts->>'delay')::bigint, 0), process_at_ms, processed_at_ms) END AS since_ms`;

/**
 * One statement over the live states of every queue asked for. Four grouped scans of BullMQ's
 * partial indexes count; a finished job is in none of them, so half a million of those cost
 * nothing. For the oldest, each queue with waiting jobs hops from priority to priority (a
 * loose index scan) and looks at both heads of each: `seq` ascends in order of arrival, and
 * is negative for last-in-first-out jobs, whose oldest has the largest.
 */
export const queueStatesStatement = `
WITH RECURSIVE asked AS (
  SELECT queue FROM unnest($1::text[]) AS queue
),
waiting AS (
  SELECT queue, count(*) AS total, count(*) FILTER (WHERE priority > 0) AS prioritized
  FROM job WHERE state = 'waiting' AND queue IN (SELECT queue FROM asked) GROUP BY queue
),
active AS (
  SELECT queue, count(*) AS total FROM job WHERE state = 'active' AND queue IN (SELECT queue FROM asked) GROUP BY queue
),
delayed AS (
  SELECT queue, count(*) AS total FROM job WHERE state = 'delayed' AND queue IN (SELECT queue FROM asked) GROUP BY queue
),
children AS (
  SELECT queue, count(*) AS total FROM job WHERE state = 'waiting-children' AND queue IN (SELECT queue FROM asked) GROUP BY queue
),
priorities AS (
  SELECT w.queue, (
    SELECT priority FROM job WHERE state = 'waiting' AND queue = w.queue ORDER BY priority LIMIT 1
  ) AS priority
  FROM waiting w
  UNION ALL
  SELECT p.queue, (
    SELECT priority FROM job
    WHERE state = 'waiting' AND queue = p.queue AND priority > p.priority ORDER BY priority LIMIT 1
  )
  FROM priorities p WHERE p.priority IS NOT NULL
),
oldest AS (
  SELECT p.queue, min(head.since_ms) AS since_ms
  FROM priorities p CROSS JOIN LATERAL (
    (SELECT ${waitingSince} FROM job
     WHERE state = 'waiting' AND queue = p.queue AND priority = p.priority AND seq > 0 ORDER BY seq LIMIT 1)
    UNION ALL
    (SELECT ${waitingSince} FROM job
     WHERE state = 'waiting' AND queue = p.queue AND priority = p.priority AND seq < 0 ORDER BY seq DESC LIMIT 1)
  ) head
  WHERE p.priority IS NOT NULL GROUP BY p.queue
)
SELECT asked.queue,
  coalesce(waiting.total, 0)::float8 AS waiting,
  coalesce(waiting.prioritized, 0)::float8 AS prioritized,
  coalesce(active.total, 0)::float8 AS active,
  coalesce(delayed.total, 0)::float8 AS delayed,
  coalesce(children.total, 0)::float8 AS "waitingChildren",
  EXISTS (SELECT 1 FROM meta WHERE meta.queue = asked.queue AND field = 'paused' AND value = '1') AS paused,
  oldest.since_ms::float8 AS "oldestSinceMs"
FROM asked
LEFT JOIN waiting USING (queue)
LEFT JOIN active USING (queue)
LEFT JOIN delayed USING (queue)
LEFT JOIN children USING (queue)
LEFT JOIN oldest USING (queue)`;

export interface QueueStateRow {
  readonly queue: string;
  readonly waiting: number;
  readonly prioritized: number;
  readonly active: number;
  readonly delayed: number;
  readonly waitingChildren: number;
  readonly paused: boolean;
  readonly oldestSinceMs: number | null;
}
