import type { FinishedSample, QueueGateway, QueueReading } from '@drover/core';
import { type FinishedRecord, newestSamples } from '../bullmq/finished-sample.js';
import { type QueueTender, TEND_DEADLINE_MS } from '../bullmq/queue-tender.js';
import { withDeadline } from '../deadline.js';
import { postgresFault } from './faults.js';
import type { FinishedCounter } from './finished-counts.js';
import type { PostgresLink } from './postgres-link.js';
import { type QueueStateRow, queueStatesStatement } from './queue-states.js';

/** A count of due jobs goes no further: no fleet is sized by more. */
const COUNTED = 100_000;

export class PostgresQueueGateway implements QueueGateway {
  private readonly link: PostgresLink;
  private readonly counter: FinishedCounter;
  private readonly tender: QueueTender;

  constructor(link: PostgresLink, counter: FinishedCounter, tender: QueueTender) {
    this.link = link;
    this.counter = counter;
    this.tender = tender;
  }

  async discover(): Promise<readonly string[]> {
    // Hops from queue to queue over the primary keys: DISTINCT would read every job.
    const rows = await this.link.query<{ queue: string }>(
      `WITH RECURSIVE
         in_meta AS (
           (SELECT queue FROM meta ORDER BY queue LIMIT 1)
           UNION ALL
           SELECT (SELECT queue FROM meta WHERE queue > m.queue ORDER BY queue LIMIT 1) FROM in_meta m WHERE m.queue IS NOT NULL
         ),
         in_job AS (
           (SELECT queue FROM job ORDER BY queue LIMIT 1)
           UNION ALL
           SELECT (SELECT queue FROM job WHERE queue > j.queue ORDER BY queue LIMIT 1) FROM in_job j WHERE j.queue IS NOT NULL
         )
       SELECT queue FROM in_meta WHERE queue IS NOT NULL
       UNION
       SELECT queue FROM in_job WHERE queue IS NOT NULL`,
    );
    const names = rows.map(({ queue }) => queue);
    this.counter.keepOnly(new Set(names));
    return names.sort();
  }

  async readStates(queueNames: readonly string[], nowMs: number): Promise<readonly QueueReading[]> {
    if (queueNames.length === 0) return [];
    const [rows, counts] = await Promise.all([
      this.link.query<QueueStateRow>(queueStatesStatement, [queueNames]),
      this.counter.counts(queueNames),
    ]);
    const byName = new Map(rows.map((row) => [row.queue, row]));
    return queueNames.map((queueName): QueueReading => {
      const row = byName.get(queueName);
      const { waiting = 0, prioritized = 0, active = 0, delayed = 0, waitingChildren = 0, paused = false } = row ?? {};
      const counted = counts.get(queueName);
      const { completed = 0, failed = 0 } = counted ?? {};
      const sinceMs = row?.oldestSinceMs ?? null;
      return {
        ok: true,
        queueName,
        state: {
          ...{ queueName, waiting, prioritized, active, delayed, completed, failed, waitingChildren, paused },
          ...(counted === undefined ? { uncounted: true } : {}),
          oldestWaitingMs: waiting === 0 || sinceMs === null ? null : Math.max(0, nowMs - sinceMs),
        },
      };
    });
  }

  async countDue(queueNames: readonly string[], untilMs: number): Promise<ReadonlyMap<string, number>> {
    if (queueNames.length === 0) return new Map();
    const rows = await this.link.query<{ queue: string; due: number }>(
      `SELECT asked.queue, (SELECT count(*) FROM (SELECT 1 FROM job
         WHERE queue = asked.queue AND state = 'delayed' AND process_at_ms <= $2 LIMIT ${COUNTED}) due)::float8 AS due
       FROM unnest($1::text[]) AS asked (queue)`,
      [queueNames, untilMs],
    );
    return new Map(rows.map(({ queue, due }) => [queue, due]));
  }

  async sampleFinished(queueName: string, limit: number): Promise<readonly FinishedSample[]> {
    const newest = (state: string) => `
      (SELECT id AS "jobId", name AS "jobName", state::text AS outcome,
         added_at_ms::float8 AS "timestampMs", processed_at_ms::float8 AS "processedOnMs",
         finished_at_ms::float8 AS "finishedOnMs", attempts_started AS "attemptsStarted", opts::text AS "optsJson"
       FROM job WHERE queue = $1 AND state = '${state}' ORDER BY finished_at_ms DESC LIMIT $2)`;
    const rows = await this.link.query<FinishedRecord>(`${newest('completed')} UNION ALL ${newest('failed')}`, [
      queueName,
      limit,
    ]);
    return newestSamples(rows, limit);
  }

  async tend(queueName: string): Promise<readonly string[]> {
    try {
      return await withDeadline(this.tender.tend(queueName), TEND_DEADLINE_MS, this.link.address);
    } catch (error) {
      throw postgresFault(error, this.link.address);
    }
  }
}
