import type { CleanableState, CleanSlice, JobSelection, QueueOperations, RetrySlice, SliceRequest } from '@drover/core';
import type { PoolClient } from 'pg';
import { decodeCursor, encodeCursor } from '../slice-cursor.js';
import {
  countStatement,
  detachStatement,
  type PickedJob,
  pickStatement,
  removeStatement,
  reprocessStatement,
  selectionValues,
  walkStart,
} from './job-slices.js';
import type { PostgresLink } from './postgres-link.js';

export class PostgresQueueOperations implements QueueOperations {
  private readonly link: PostgresLink;

  constructor(link: PostgresLink) {
    this.link = link;
  }

  async knows(queueName: string): Promise<boolean> {
    const rows = await this.link.query<{ known: boolean }>(
      `SELECT EXISTS (SELECT 1 FROM meta WHERE queue = $1) OR EXISTS (SELECT 1 FROM job WHERE queue = $1) AS known`,
      [queueName],
    );
    return rows[0]?.known ?? false;
  }

  setPaused(queueName: string, paused: boolean): Promise<boolean> {
    return this.link.transaction(async (client) => {
      const { rows } = await client.query<{ value: string | null }>(
        `SELECT value FROM meta WHERE queue = $1 AND field = 'paused' FOR UPDATE`,
        [queueName],
      );
      await client.query('SELECT pause($1, $2)', [queueName, paused]);
      return rows.length > 0;
    });
  }

  async count(selection: JobSelection): Promise<number> {
    const rows = await this.link.query<{ total: number }>(countStatement(selection.state), selectionValues(selection));
    return rows[0]?.total ?? 0;
  }

  clean(selection: JobSelection, request: SliceRequest): Promise<CleanSlice> {
    const { queueName, state } = selection;
    return this.link.transaction(async (client) => {
      const { picked, next } = await this.pick(client, selection, state, request);
      if (picked.length === 0) return { removed: 0, next };
      const ids = picked.map(({ id }) => id);
      await client.query(detachStatement, [queueName, ids]);
      const { rows } = await client.query<{ removed: number }>(removeStatement, [queueName, ids]);
      return { removed: rows[0]?.removed ?? 0, next };
    });
  }

  retryFailed(queueName: string, untilMs: number, request: SliceRequest): Promise<RetrySlice> {
    return this.link.transaction(async (client) => {
      const { picked, next } = await this.pick(client, { queueName, untilMs }, 'failed', request);
      if (picked.length === 0) return { retried: 0, failures: [], next };
      const { rows } = await client.query<{ id: string; code: number }>(reprocessStatement, [
        queueName,
        picked.map(({ id }) => id),
        picked.map(({ lifo }) => lifo),
      ]);
      const failures = rows
        .filter(({ code }) => code !== 1)
        .map(({ id, code }) => ({ jobId: id, reason: `BullMQ refused it with code ${code}` }));
      return { retried: rows.length - failures.length, failures, next };
    });
  }

  private async pick(
    client: PoolClient,
    selection: Pick<JobSelection, 'queueName' | 'untilMs'>,
    state: CleanableState,
    { limit, after }: SliceRequest,
  ): Promise<{ picked: PickedJob[]; next: string | null }> {
    const cursor = decodeCursor(after, walkStart(state));
    const { rows } = await client.query<PickedJob>(pickStatement(state), [
      ...selectionValues(selection),
      ...cursor,
      limit,
    ]);
    const last = rows.at(-1);
    const next = rows.length < limit || last === undefined ? null : encodeCursor([last.key, last.mark]);
    return { picked: rows, next };
  }
}
