import type {
  JobAction,
  JobChild,
  JobGateway,
  JobOutcome,
  JobRecord,
  JobRef,
  JobRow,
  JobWalk,
  NewJob,
} from '@drover/core';

/** What a test says of a job; the rest is of a job that was just added. */
export type GivenJob = Partial<Omit<JobRow, 'data' | 'result'>> &
  JobRef & {
    readonly data?: unknown;
    readonly result?: unknown;
    readonly stacks?: readonly string[];
    readonly logs?: readonly string[];
    readonly children?: readonly JobChild[];
  };

interface KeptJob {
  row: JobRow;
  data: string;
  readonly result: string | null;
  readonly options: string;
  readonly stacks: readonly string[];
  readonly logs: readonly string[];
  readonly children: readonly JobChild[];
}

const keyOf = ({ queueName, jobId }: JobRef) => JSON.stringify([queueName, jobId]);

/** Jobs in memory, in the order in which they were given. */
export class MemoryJobs implements JobGateway {
  readonly kept = new Map<string, KeptJob>();
  readonly walks: JobWalk[] = [];
  private added = 0;

  constructor(private readonly answer: <T>(name: string, act: () => T) => Promise<T>) {}

  give({ data = {}, result, stacks = [], logs = [], children = [], ...given }: GivenJob): void {
    const text = JSON.stringify(data);
    const resultText = result === undefined ? null : JSON.stringify(result);
    const row: JobRow = {
      ...{ name: 'job', state: 'waiting', priority: 0, attemptsMade: 0, attemptsStarted: 0, maxAttempts: 1 },
      ...{ addedAtMs: 0, dueAtMs: null, startedAtMs: null, finishedAtMs: null, error: null, processedBy: null },
      ...{ schedulerId: null, parent: null, progress: null, dataBytes: Buffer.byteLength(text) },
      resultBytes: Buffer.byteLength(resultText ?? ''),
      ...given,
    };
    this.kept.set(keyOf(given), { row, data: text, result: resultText, options: '{}', stacks, logs, children });
  }

  walk(walk: JobWalk) {
    return this.answer('jobs.walk', () => {
      this.walks.push(walk);
      const { queueName, state, order, after, look, sieve, maxValueBytes = 0, maxStackBytes = 0 } = walk;
      const all = [...this.kept.values()].filter(({ row }) => row.queueName === queueName && row.state === state);
      if (order === 'newest') all.reverse();
      const start = after === null ? 0 : all.findIndex(({ row }) => row.jobId === after) + 1;
      const looked = all.slice(start, start + look);
      const fits = ({ row, data, result }: KeptJob) =>
        (sieve?.name === undefined || sieve.name === row.name) &&
        (sieve?.texts ?? []).every(({ field, text }) => {
          const value = field === 'data' ? data : field === 'result' ? result : row.error;
          return (value ?? '').toLowerCase().includes(text.toLowerCase());
        });
      const jobs = looked.filter(fits).map(({ row, data, result, stacks }) => ({
        ...row,
        ...(maxValueBytes > 0 && { data: data.length <= maxValueBytes ? data : null, result }),
        ...(maxStackBytes > 0 && { stack: stacks.at(-1) ?? null }),
      }));
      return { jobs, examined: looked.length, next: looked.length < look ? null : (looked.at(-1)?.row.jobId ?? null) };
    });
  }

  find(refs: readonly JobRef[]) {
    return this.answer('jobs.find', () => refs.map((ref) => this.kept.get(keyOf(ref))?.row ?? null));
  }

  get(ref: JobRef, maxValueBytes: number) {
    return this.answer('jobs.get', (): JobRecord | null => {
      const job = this.kept.get(keyOf(ref));
      if (job === undefined) return null;
      const value = (text: string | null) => {
        const bytes = Buffer.byteLength(text ?? '');
        return { json: bytes <= maxValueBytes ? text : null, bytes };
      };
      const children = { pending: 0, processed: 0, ignored: 0, failed: 0 };
      for (const { status } of job.children) children[status] += 1;
      return {
        row: job.row,
        values: {
          data: value(job.data),
          options: value(job.options),
          result: value(job.result),
          progress: value(job.row.progress),
        },
        ...{ stacks: job.stacks, stalledCount: 0, deduplicationId: null, logCount: job.logs.length, children },
      };
    });
  }

  logs(ref: JobRef, from: number, limit: number) {
    return this.answer('jobs.logs', () => {
      const lines = this.kept.get(keyOf(ref))?.logs ?? [];
      return { lines: lines.slice(from, from + limit), total: lines.length };
    });
  }

  children(ref: JobRef, limit: number) {
    return this.answer('jobs.children', () => (this.kept.get(keyOf(ref))?.children ?? []).slice(0, limit));
  }

  act(ref: JobRef, action: JobAction) {
    return this.answer('jobs.act', (): JobOutcome => {
      const job = this.kept.get(keyOf(ref));
      if (job === undefined) return { done: false, why: 'gone', reason: `There is no job ${ref.jobId} any more.` };
      const { state } = job.row;
      const fitting = {
        retry: state === 'failed' || state === 'completed',
        promote: state === 'delayed',
        remove: state !== 'active',
        edit: state !== 'active',
      };
      if (!fitting[action.kind]) return { done: false, why: 'refused', reason: `The job is ${state}.` };
      if (action.kind === 'remove') this.kept.delete(keyOf(ref));
      else if (action.kind === 'edit') {
        job.data = action.data ?? job.data;
        job.row = { ...job.row, priority: action.priority ?? job.row.priority };
      } else job.row = { ...job.row, state: 'waiting' };
      return { done: true };
    });
  }

  add({ queueName, name, data, options }: NewJob) {
    return this.answer('jobs.add', () => {
      this.added += 1;
      const jobId = typeof options.jobId === 'string' ? options.jobId : `${this.added}`;
      if (!this.kept.has(keyOf({ queueName, jobId }))) {
        this.give({ queueName, jobId, name, data: JSON.parse(data), state: options.delay ? 'delayed' : 'waiting' });
      }
      return jobId;
    });
  }
}
