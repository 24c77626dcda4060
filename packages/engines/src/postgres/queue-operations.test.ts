import { failJobs, type PostgresServer, startPostgres } from '@drover/testkit';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openEngine } from '../open-engine.js';
import { openQueues } from '../open-queues.js';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it('puts jobs back although somebody locks their parents in another order', async () => {
  const url = await server.createDatabase();
  const engine = await openEngine(url);
  const queues = await openQueues(url);
  const other = new pg.Client({ connectionString: url, options: '-c search_path=bullmq -c deadlock_timeout=60s' });
  await other.connect();
  try {
    await failJobs(queues, 'children', 2);
    await queues.queue('parents').addBulk([
      { name: 'parent', data: {}, opts: { jobId: 'first' } },
      { name: 'parent', data: {}, opts: { jobId: 'second' } },
    ]);
    const children = await other.query<{ id: string }>(
      `SELECT id FROM job WHERE queue = 'children' ORDER BY finished_at_ms, id`,
    );
    for (const [index, { id }] of children.rows.entries()) {
      const parent = index === 0 ? 'first' : 'second';
      await other.query(
        `UPDATE job SET parent_queue = 'parents', parent_id = $2 WHERE queue = 'children' AND id = $1`,
        [id, parent],
      );
      await other.query(
        `INSERT INTO job_dependency (parent_queue, parent_id, child_queue, child_id, child_key, status)
         VALUES ('parents', $2, 'children', $1, 'children:' || $1, 'failed')`,
        [id, parent],
      );
    }

    await other.query('BEGIN');
    await other.query(`UPDATE job SET pending_deps = pending_deps WHERE queue = 'parents' AND id = 'second'`);
    const slice = engine.operations.retryFailed('children', Date.now(), { limit: 10, after: null });
    await vi.waitFor(async () => {
      // In a transaction the first look at the activity is kept, and would be repeated for ever.
      await other.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await other.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%reprocess_job%'`,
      );
      expect(rows).toHaveLength(1);
    }, 10_000);
    await other.query(`UPDATE job SET pending_deps = pending_deps WHERE queue = 'parents' AND id = 'first'`);
    await other.query('COMMIT');

    expect(await slice).toEqual({ retried: 2, failures: [], next: null });
    const { rows } = await other.query<{ id: string; pending: number }>(
      `SELECT id, pending_deps AS pending FROM job WHERE queue = 'parents' ORDER BY id`,
    );
    expect(rows).toEqual([
      { id: 'first', pending: 1 },
      { id: 'second', pending: 1 },
    ]);
  } finally {
    await other.end();
    await queues.close();
    await engine.close();
  }
});
