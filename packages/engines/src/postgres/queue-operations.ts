import type { CleanSlice, JobSelection, QueueOperations, RetrySlice, SliceRequest } from '@drover/core';
import type { PoolClient } from 'pg';
import { decodeCursor, encodeCursor } from '../slice-cursor.js';
import {
  countStatement,
  detachStatement,
  type PickedJob,
  pickStatement,
  type RetriedJob,
  removeStatement,
  retryStatement,
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
    const { queueName } = selection;
    return pastDeadlocks(() =>
      this.link.transaction(async (client) => {
        const { picked, next } = await this.pick(client, selection, request);
        if (picked.length === 0) return { removed: 0, next };
        const ids = picked.map(({ id }) => id);
        await client.query(detachStatement, [queueName, ids]);
        const { rows } = await client.query<{ removed: number }>(removeStatement, [queueName, ids]);
        return { removed: rows[0]?.removed ?? 0, next };
      }),
    );
  }

  async retryFailed(queueName: string, untilMs: number, { limit, after }: SliceRequest): Promise<RetrySlice> {
    const values = [...selectionValues({ queueName, untilMs }), ...decodeCursor(after, walkStart('failed')), limit];
    const jobs = await pastDeadlocks(() => this.link.query<RetriedJob>(retryStatement, values));
    const failures = jobs
      .filter(({ code }) => code !== 1)
      .map(({ id, code }) => ({ jobId: id, reason: `BullMQ refused it with code ${code}` }));
    return { retried: jobs.length - failures.length, failures, next: cursorBehind(jobs, limit) };
  }

  private async pick(
    client: PoolClient,
    selection: JobSelection,
    { limit, after }: SliceRequest,
  ): Promise<{ picked: PickedJob[]; next: string | null }> {
    const { state } = selection;
    const values = [...selectionValues(selection), ...decodeCursor(after, walkStart(state)), limit];
    const { rows } = await client.query<PickedJob>(pickStatement(state), values);
    return { picked: rows, next: cursorBehind(rows, limit) };
  }
}

const TRIES = 3;
const DEADLOCK_CODE = '40P01';

/** Two slices may lock the parents of their jobs in another order; PostgreSQL ends one of them, with nothing done. */
async function pastDeadlocks<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: unknown };
      if (attempt === TRIES || code !== DEADLOCK_CODE) throw error;
    }
  }
}

function cursorBehind(jobs: readonly Pick<PickedJob, 'key' | 'mark'>[], limit: number): string | null {
  const last = jobs.at(-1);
  return jobs.length < limit || last === undefined ? null : encodeCursor([last.key, last.mark]);
}
