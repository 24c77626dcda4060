import type {
  ChildStatus,
  JobAction,
  JobChild,
  JobGateway,
  JobOutcome,
  JobRecord,
  JobRef,
  JobRow,
  JobSlice,
  JobValue,
  JobWalk,
  NewJob,
} from '@drover/core';
import { createPostgresBackend } from 'bullmq';
import { JobEditor } from '../bullmq/job-editor.js';
import { parseStacks } from '../bullmq/parse-stacks.js';
import { postgresFault } from './faults.js';
import { type JobRowRecord, rowColumns, toJobRow, type WalkedRecord, walkStatement } from './job-walk.js';
import type { PostgresLink } from './postgres-link.js';

const OPTIONS_BYTES = 65_536;

const valueColumns = (['data', 'opts', 'return_value', 'progress', 'stacktrace'] as const).map(
  (column) => `coalesce(octet_length(${column}::text), 0) AS ${column}_size,
    CASE WHEN octet_length(${column}::text) <= $3 THEN ${column}::text END AS ${column}_json`,
);

/** $1 queue, $2 id, $3 bytes of values. */
const recordStatement = `SELECT ${rowColumns}, ${valueColumns.join(', ')}, stalled_count, dedup_id,
    (SELECT count(*)::float8 FROM job_log l WHERE l.queue = job.queue AND l.job_id = job.id) AS log_count,
    (SELECT jsonb_object_agg(status, total) FROM (
      SELECT status, count(*) AS total FROM job_dependency d
      WHERE d.parent_queue = job.queue AND d.parent_id = job.id GROUP BY status) AS statuses) AS children
  FROM job WHERE queue = $1 AND id = $2`;

type ValueColumn = 'data' | 'opts' | 'return_value' | 'progress' | 'stacktrace';
type RecordRecord = JobRowRecord &
  Readonly<Record<`${ValueColumn}_size`, number>> &
  Readonly<Record<`${ValueColumn}_json`, string | null>> & {
    readonly stalled_count: number;
    readonly dedup_id: string | null;
    readonly log_count: number;
    readonly children: Partial<Record<ChildStatus, number>> | null;
  };

export class PostgresJobGateway implements JobGateway {
  private readonly link: PostgresLink;
  private readonly editor: JobEditor;

  constructor(link: PostgresLink) {
    this.link = link;
    // Each backend of BullMQ listens for the shared pool's errors while it is open.
    link.pool.setMaxListeners(0);
    this.editor = new JobEditor({
      address: link.address,
      open: (queueName) => createPostgresBackend(queueName, { connection: link.sharedPool }),
      read: (queueName, jobId) => this.get({ queueName, jobId }, OPTIONS_BYTES),
      setData: (queueName, jobId, json) => this.setData(queueName, jobId, json),
    });
  }

  async walk(walk: JobWalk): Promise<JobSlice> {
    const { text, values } = walkStatement(walk);
    const records = await this.link.query<WalkedRecord>(text, values);
    const last = records.at(-1);
    const examined = last?.total ?? 0;
    const withValues = (walk.maxValueBytes ?? 0) > 0;
    const withStack = (walk.maxStackBytes ?? 0) > 0;
    return {
      jobs: records
        .filter(({ fits }) => fits)
        .map((record) => ({
          ...toJobRow(record),
          ...(withValues && { data: record.data, result: record.result }),
          ...(withStack && { stack: parseStacks(record.stacks).at(-1) ?? null }),
        })),
      examined,
      next: last === undefined || examined < walk.look ? null : JSON.stringify([last.key, last.mark]),
    };
  }

  async find(refs: readonly JobRef[]): Promise<readonly (JobRow | null)[]> {
    const records = await this.link.query<JobRowRecord & { place: number }>(
      `SELECT ${rowColumns}, place::float8 AS place
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS asked (asked_queue, asked_id, place)
       JOIN job ON queue = asked_queue AND id = asked_id`,
      [refs.map(({ queueName }) => queueName), refs.map(({ jobId }) => jobId)],
    );
    const found = new Map(records.map((record) => [record.place, toJobRow(record)]));
    return refs.map((_, index) => found.get(index + 1) ?? null);
  }

  async get({ queueName, jobId }: JobRef, maxValueBytes: number): Promise<JobRecord | null> {
    const [record] = await this.link.query<RecordRecord>(recordStatement, [queueName, jobId, maxValueBytes]);
    if (record === undefined) return null;
    const valueIn = (column: ValueColumn): JobValue => ({
      bytes: record[`${column}_size`],
      json: record[`${column}_json`],
    });
    return {
      row: toJobRow(record),
      values: {
        data: valueIn('data'),
        options: valueIn('opts'),
        result: valueIn('return_value'),
        progress: valueIn('progress'),
      },
      stacks: parseStacks(record.stacktrace_json),
      stalledCount: record.stalled_count,
      deduplicationId: record.dedup_id,
      logCount: record.log_count,
      children: { pending: 0, processed: 0, ignored: 0, failed: 0, ...record.children },
    };
  }

  async logs({ queueName, jobId }: JobRef, from: number, limit: number) {
    const [rows, totals] = await Promise.all([
      this.link.query<{ row: string }>(
        'SELECT row FROM job_log WHERE queue = $1 AND job_id = $2 ORDER BY idx OFFSET $3 LIMIT $4',
        [queueName, jobId, from, limit],
      ),
      this.link.query<{ total: number }>(
        'SELECT count(*)::float8 AS total FROM job_log WHERE queue = $1 AND job_id = $2',
        [queueName, jobId],
      ),
    ]);
    return { lines: rows.map(({ row }) => row), total: totals[0]?.total ?? 0 };
  }

  async children({ queueName, jobId }: JobRef, limit: number): Promise<readonly JobChild[]> {
    return this.link.query<JobChild>(
      `SELECT child_queue AS "queueName", child_id AS "jobId", status::text AS status FROM job_dependency
       WHERE parent_queue = $1 AND parent_id = $2 ORDER BY status, child_key LIMIT $3`,
      [queueName, jobId, limit],
    );
  }

  act({ queueName, jobId }: JobRef, action: JobAction): Promise<JobOutcome> {
    return this.withBullMQ(() => this.editor.act(queueName, jobId, action));
  }

  add(job: NewJob): Promise<string> {
    return this.withBullMQ(() => this.editor.add(job));
  }

  private async setData(queueName: string, jobId: string, json: string): Promise<'ok' | 'gone' | 'held'> {
    const [answer] = await this.link.query<{ set: boolean; known: boolean }>(
      `WITH changed AS (
         UPDATE job SET data = $3::jsonb WHERE queue = $1 AND id = $2 AND state <> 'active' RETURNING 1
       ) SELECT EXISTS (SELECT 1 FROM changed) AS set,
         EXISTS (SELECT 1 FROM job WHERE queue = $1 AND id = $2) AS known`,
      [queueName, jobId, json],
    );
    if (answer?.set) return 'ok';
    return answer?.known ? 'held' : 'gone';
  }

  private async withBullMQ<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw postgresFault(error, this.link.address);
    }
  }
}
