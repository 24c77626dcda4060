import {
  type ChildStatus,
  childStatuses,
  type JobAction,
  type JobChild,
  type JobGateway,
  type JobOutcome,
  type JobRecord,
  type JobRef,
  type JobRow,
  type JobSlice,
  type JobValue,
  type JobWalk,
  type NewJob,
} from '@drover/core';
import { createRedisBackend } from 'bullmq';
import { Cluster } from 'ioredis';
import { JobEditor } from '../bullmq/job-editor.js';
import { parseStacks } from '../bullmq/parse-stacks.js';
import { chunked } from '../chunked.js';
import { redisFault } from './faults.js';
import { editJobScript, findJobsScript, jobChildrenScript, jobRecordScript } from './job-record.js';
import { parseJobKey, parseJobRow, readPlace, textOrNull } from './job-row.js';
import { jobWalkScript } from './job-walk.js';
import { asArray, type RedisLink } from './redis-link.js';

/** About half a millisecond of Redis. */
const FOUND_PER_CALL = 50;
/** To read an option of a job that is changed. */
const OPTIONS_BYTES = 65_536;

export class RedisJobGateway implements JobGateway {
  private readonly link: RedisLink;
  private readonly prefix: string;
  private readonly editor: JobEditor;

  constructor(link: RedisLink, prefix: string) {
    this.link = link;
    this.prefix = prefix;
    const shared = { connection: link.client, prefix, skipVersionCheck: true };
    this.editor = new JobEditor({
      address: link.address,
      open: (queueName) => createRedisBackend(queueName, shared),
      read: (queueName, jobId) => this.get({ queueName, jobId }, OPTIONS_BYTES),
      setData: async (queueName, jobId, json) => {
        const answer = await link.script(editJobScript, [this.baseKey(queueName)], [jobId, json]);
        return answer as 'ok' | 'gone' | 'held';
      },
    });
  }

  async walk({
    queueName,
    state,
    order,
    after,
    look,
    sieve,
    maxValueBytes = 0,
    maxStackBytes = 0,
  }: JobWalk): Promise<JobSlice> {
    const inList = state === 'active' || (state === 'waiting' && order === 'oldest');
    const start = inList ? ['list', '0'] : ['set', order === 'oldest' ? '-inf' : '+inf', ''];
    const coarse = sieve && {
      name: sieve.name,
      texts: sieve.texts.flatMap(({ field, text, anyCase }) => [field, anyCase ? text.toLowerCase() : text, anyCase]),
    };
    const reply = await this.link.script(
      jobWalkScript,
      [this.baseKey(queueName)],
      [
        ...[state, order, look, maxValueBytes, coarse ? JSON.stringify(coarse) : '', maxStackBytes],
        ...readPlace(after, start),
      ],
    );
    const [examined, rows, ...place] = asArray(reply);
    return {
      jobs: asArray(rows).map((row) =>
        parseJobRow(queueName, row, { values: maxValueBytes > 0, stack: maxStackBytes > 0 }),
      ),
      examined: Number(examined),
      next: place.length === 0 ? null : JSON.stringify(place.map(String)),
    };
  }

  async find(refs: readonly JobRef[]): Promise<readonly (JobRow | null)[]> {
    // On a cluster a script may touch one slot: each queue is its own.
    const perCall = this.link.client instanceof Cluster ? 1 : FOUND_PER_CALL;
    const pages = await Promise.all(
      chunked(refs, perCall).map(async (some) => {
        const keys = some.map(({ queueName }) => this.baseKey(queueName));
        const rows = asArray(
          await this.link.script(
            findJobsScript,
            keys,
            some.map(({ jobId }) => jobId),
          ),
        );
        return some.map(({ queueName }, index) => {
          const row = rows[index];
          return Array.isArray(row) ? parseJobRow(queueName, row) : null;
        });
      }),
    );
    return pages.flat();
  }

  async get({ queueName, jobId }: JobRef, maxValueBytes: number): Promise<JobRecord | null> {
    const reply = asArray(await this.link.script(jobRecordScript, [this.baseKey(queueName)], [jobId, maxValueBytes]));
    if (reply.length === 0) return null;
    const [row, ...parts] = reply;
    const [data, options, result, progress, stacks] = chunked(parts.slice(0, 10), 2).map(
      ([bytes, json]): JobValue => ({ bytes: Number(bytes), json: textOrNull(json) }),
    ) as [JobValue, JobValue, JobValue, JobValue, JobValue];
    const [stalled, deduplicationId, logCount, ...counts] = parts.slice(10);
    const children = Object.fromEntries(childStatuses.map((status, index) => [status, Number(counts[index])]));
    return {
      row: parseJobRow(queueName, row),
      values: { data, options, result, progress },
      stacks: parseStacks(stacks.json),
      stalledCount: Number(stalled ?? 0),
      deduplicationId: textOrNull(deduplicationId),
      logCount: Number(logCount),
      children: children as Record<ChildStatus, number>,
    };
  }

  async logs({ queueName, jobId }: JobRef, from: number, limit: number) {
    const key = `${this.baseKey(queueName)}${jobId}:logs`;
    return this.link.run(async (client) => {
      const [lines, total] = await Promise.all([client.lrange(key, from, from + limit - 1), client.llen(key)]);
      return { lines, total };
    });
  }

  async children({ queueName, jobId }: JobRef, limit: number): Promise<readonly JobChild[]> {
    const lists = asArray(await this.link.script(jobChildrenScript, [`${this.baseKey(queueName)}${jobId}`], [limit]));
    const children = childStatuses.flatMap((status, index) =>
      asArray(lists[index]).flatMap((key) => {
        const ref = parseJobKey(this.prefix, String(key));
        return ref === null ? [] : [{ ...ref, status }];
      }),
    );
    return children.slice(0, limit);
  }

  act({ queueName, jobId }: JobRef, action: JobAction): Promise<JobOutcome> {
    return this.withBullMQ(() => this.editor.act(queueName, jobId, action));
  }

  add(job: NewJob): Promise<string> {
    return this.withBullMQ(() => this.editor.add(job));
  }

  private async withBullMQ<T>(work: () => Promise<T>): Promise<T> {
    this.link.requireConnection();
    try {
      return await work();
    } catch (error) {
      throw redisFault(error, this.link.address);
    }
  }

  private baseKey(queueName: string): string {
    return `${this.prefix}:${queueName}:`;
  }
}
