import { Fault, type JobAction, type JobOutcome, type JobRecord, type NewJob } from '@drover/core';
import { type IQueueBackend, Job, type JobJson, type JobsOptions, type MinimalJob, type MinimalQueue } from 'bullmq';
import { withDeadline } from '../deadline.js';

const DEADLINE_MS = 5_000;
const done: JobOutcome = { done: true };

export interface JobEditorOptions {
  readonly address: string;
  readonly open: (queueName: string) => IQueueBackend;
  /** The record as it is now; `null` when the job is gone. */
  readonly read: (queueName: string, jobId: string) => Promise<JobRecord | null>;
  /** Sets the payload of a job that no worker holds, in one step. */
  readonly setData: (queueName: string, jobId: string, json: string) => Promise<'ok' | 'gone' | 'held'>;
}

/**
 * Changes single jobs with BullMQ's own scripts and functions, which check the state in the
 * step that changes it. What was read before only tells an operator why not.
 */
export class JobEditor {
  private readonly options: JobEditorOptions;

  constructor(options: JobEditorOptions) {
    this.options = options;
  }

  act(queueName: string, jobId: string, action: JobAction): Promise<JobOutcome> {
    return this.with(queueName, async (backend) => {
      const record = await this.options.read(queueName, jobId);
      if (record === null) return gone(jobId);
      try {
        return await this.apply(backend, record, action);
      } catch (error) {
        const { code, message } = error as { code?: unknown; message: string };
        // Numbers are BullMQ's answers; all else is the engine's trouble.
        if (typeof code !== 'number') throw error;
        return code === -1 ? gone(jobId) : refused(message);
      }
    });
  }

  add({ queueName, name, data, options }: NewJob): Promise<string> {
    return this.with(queueName, async (backend) => {
      // All that a Job asks of its queue before it has run.
      const toKey = (type: string) => backend.toKey(type);
      const queue = { name: queueName, backend, qualifiedName: backend.qualifiedName, opts: {}, toKey };
      const id = typeof options.jobId === 'string' ? options.jobId : undefined;
      const json = this.checked(() => {
        const job = new Job(queue as unknown as MinimalQueue, name, JSON.parse(data), options as JobsOptions, id);
        const described = job.asJSON();
        // Protected in BullMQ's types; what Job.create() calls before it asks the engine.
        (job as unknown as { validateOptions(json: JobJson): void }).validateOptions(described);
        return described;
      });
      return backend.addJob(json, id ?? '');
    });
  }

  private checked(describe: () => JobJson): JobJson {
    try {
      return describe();
    } catch (error) {
      throw new Fault('invalid_input', `BullMQ refuses this job: ${(error as Error).message}.`);
    }
  }

  private async apply(backend: IQueueBackend, record: JobRecord, action: JobAction): Promise<JobOutcome> {
    const { queueName, jobId, state } = record.row;
    switch (action.kind) {
      case 'retry': {
        if (state !== 'failed' && state !== 'completed')
          return refused(`The job is ${state}: only a finished one is retried.`);
        const job = { id: jobId, opts: parsed(record.values.options.json) } as unknown as MinimalJob;
        await backend.retryFinishedJob(job, state, { resetAttemptsMade: true, resetAttemptsStarted: true });
        return done;
      }
      case 'promote':
        if (state !== 'delayed') return refused(`The job is ${state}, not delayed.`);
        await backend.promote(jobId);
        return done;
      case 'remove':
        if (state === 'active') return refused('A worker holds the job: cancel it first.');
        return (await backend.remove(jobId, false)) === 1
          ? done
          : refused('A worker holds the job, or one of its children.');
      case 'edit': {
        if (action.priority !== undefined && state !== 'waiting' && state !== 'delayed')
          return refused(`The job is ${state}: only one that has yet to run has a priority to change.`);
        if (action.delayMs !== undefined && state !== 'delayed') return refused(`The job is ${state}, not delayed.`);
        if (action.data !== undefined) {
          const set = await this.options.setData(queueName, jobId, action.data);
          if (set === 'gone') return gone(jobId);
          if (set === 'held') return refused('A worker holds the job, and its payload.');
        }
        if (action.priority !== undefined) await backend.changePriority(jobId, action.priority);
        if (action.delayMs !== undefined) await backend.changeDelay(jobId, action.delayMs);
        return done;
      }
    }
  }

  private async with<T>(queueName: string, work: (backend: IQueueBackend) => Promise<T>): Promise<T> {
    const backend = this.options.open(queueName);
    // Unheard, an 'error' event would end the process; the call itself rejects as well.
    backend.on('error', () => undefined);
    try {
      return await withDeadline(work(backend), DEADLINE_MS, this.options.address);
    } finally {
      // It owns no connection: what closes with it are its listeners.
      backend.close().catch(() => undefined);
    }
  }
}

const gone = (jobId: string): JobOutcome => ({
  done: false,
  why: 'gone',
  reason: `There is no job ${jobId} any more.`,
});
const refused = (reason: string): JobOutcome => ({ done: false, why: 'refused', reason });

function parsed(json: string | null): unknown {
  return json === null ? {} : JSON.parse(json);
}
