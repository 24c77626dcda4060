import type {
  AddedJobResponse,
  AddJobRequest,
  ChangeJobsRequest,
  ChangeJobsResponse,
  DuplicateJobRequest,
  EditJobRequest,
  JobReference,
} from '@drover/contract';
import { Fault, type JobGateway, type JobOutcome, REDACTED } from '@drover/core';
import type { SliceGate } from '../operations/slice-gate.js';
import type { JobCancels } from './job-cancels.js';
import type { JobTrash } from './job-trash.js';
import { VALUE_BYTES } from './job-view.js';
import { noSuchJob } from './read-jobs.js';
import { removeJob } from './remove-job.js';

/** What is done to jobs. Every call rejects with `conflict` on a control plane that only observes. */
export interface JobChanges {
  change(queueName: string, request: ChangeJobsRequest, actor: string): Promise<ChangeJobsResponse>;
  add(queueName: string, request: AddJobRequest): Promise<AddedJobResponse>;
  edit(ref: JobReference, request: EditJobRequest): Promise<AddedJobResponse>;
  duplicate(ref: JobReference, request: DuplicateJobRequest): Promise<AddedJobResponse>;
  restore(ids: readonly string[]): Promise<ChangeJobsResponse>;
}

export interface JobChangesOptions {
  readonly jobs: JobGateway;
  readonly trash: JobTrash;
  readonly cancels: JobCancels;
  readonly gate: SliceGate;
  /** Throws when this control plane may change nothing. */
  readonly requireSteering: () => void;
  /** Throws `invalid_input` for a payload that the queue's schema refuses. */
  readonly checkData: (queueName: string, data: unknown) => void;
}

/** Of BullMQ's options those that make another job like this one; an id or a flow's parent would not. */
const copiedOptions = [
  'priority',
  'delay',
  'attempts',
  'backoff',
  'lifo',
  'removeOnComplete',
  'removeOnFail',
  'keepLogs',
];
const MAX_ERRORS = 100;

export function createJobChanges(options: JobChangesOptions): JobChanges {
  const { jobs, trash, cancels, gate, requireSteering, checkData } = options;

  /** One after the other, so that a thousand jobs keep nobody from the engine. */
  const each = async (
    action: string,
    ids: readonly string[],
    act: (id: string) => Promise<JobOutcome>,
  ): Promise<ChangeJobsResponse> => {
    const errors: { jobId: string; error: string }[] = [];
    const unique = [...new Set(ids)];
    let failed = 0;
    for (const jobId of unique) {
      const outcome = await gate.run(() => act(jobId)).catch(asOutcome);
      if (outcome.done) continue;
      failed += 1;
      if (errors.length < MAX_ERRORS) errors.push({ jobId, error: outcome.reason });
    }
    const total = unique.length;
    return { success: true, action, total, done: total - failed, failed, ...(failed > 0 && { errors }) };
  };

  const require = (outcome: JobOutcome, ref: JobReference): void => {
    if (outcome.done) return;
    if (outcome.why === 'gone') throw noSuchJob(ref);
    throw new Fault('conflict', outcome.reason, { details: { ...ref } });
  };

  /** What was taken out for an editor's eyes must not come back as the payload. */
  const jsonOf = (queueName: string, data: unknown): string => {
    const json = stringify(data);
    if (json.includes(REDACTED)) {
      throw new Fault('invalid_input', `The payload holds "${REDACTED}": it would replace what is hidden there.`, {
        details: { fields: [{ in: 'body', path: 'data', message: `holds "${REDACTED}"` }] },
      });
    }
    checkData(queueName, data);
    return json;
  };

  return {
    async change(queueName, { action, jobIds, trash: keep = true, reason }, actor) {
      requireSteering();
      if (action === 'cancel') {
        const outcomes = await cancels.cancel(queueName, [...new Set(jobIds)], { actor, reason });
        return each(action, jobIds, async (jobId) => outcomes.get(jobId) ?? { done: true });
      }
      if (action === 'remove')
        return each(action, jobIds, (jobId) => removeJob(options, { queueName, jobId }, { actor, keep }));
      return each(action, jobIds, (jobId) => jobs.act({ queueName, jobId }, { kind: action }));
    },

    async add(queueName, { name, data = {}, options: asked = {} }) {
      requireSteering();
      const jobId = await jobs.add({ queueName, name, data: jsonOf(queueName, data), options: { ...asked } });
      return { success: true, queueName, jobId };
    },

    async edit(ref, { data, priority, delay, runAgain = false }) {
      requireSteering();
      const { queueName } = ref;
      const edit = {
        ...(data !== undefined && { data: jsonOf(queueName, data) }),
        ...(priority !== undefined && { priority }),
        ...(delay !== undefined && { delayMs: delay }),
      };
      if (Object.keys(edit).length > 0) require(await jobs.act(ref, { kind: 'edit', ...edit }), ref);
      else if ((await jobs.find([ref]))[0] === null) throw noSuchJob(ref);
      if (runAgain) {
        const [row] = await jobs.find([ref]);
        const kind = row?.state === 'delayed' ? 'promote' : 'retry';
        require(await jobs.act(ref, { kind }), ref);
      }
      return { success: true, ...ref };
    },

    async duplicate(ref, { data, options: asked }) {
      requireSteering();
      const record = await jobs.get(ref, VALUE_BYTES * 4);
      if (record === null) throw noSuchJob(ref);
      const { values, row } = record;
      const own = data === undefined ? values.data.json : jsonOf(ref.queueName, data);
      if (own === null) throw new Fault('too_large', `The payload of job "${ref.jobId}" is too large to be copied.`);
      if (data === undefined) checkData(ref.queueName, readValue(own));
      const kept = readObject(values.options.json);
      const copied = Object.fromEntries(copiedOptions.flatMap((key) => (key in kept ? [[key, kept[key]]] : [])));
      const jobId = await jobs.add({
        ...{ queueName: ref.queueName, name: row.name, data: own },
        options: { ...copied, ...asked },
      });
      return { success: true, queueName: ref.queueName, jobId };
    },

    async restore(ids) {
      requireSteering();
      return each('restore', ids, async (id) => {
        const kept = await trash.get(id);
        if (kept === null) return { done: false, why: 'gone', reason: 'It is no longer in the trash.' };
        const { queueName, jobId, name, data } = kept;
        if ((await jobs.find([{ queueName, jobId }]))[0] !== null)
          return { done: false, why: 'refused', reason: `There is another job "${jobId}" in "${queueName}" by now.` };
        const all = readObject(kept.options);
        const copied = Object.fromEntries(copiedOptions.flatMap((key) => (key in all ? [[key, all[key]]] : [])));
        // Numbers are BullMQ's own: it gives the job a new one.
        await jobs.add({ queueName, name, data, options: { ...copied, ...(!/^\d+$/.test(jobId) && { jobId }) } });
        await trash.drop(id);
        return { done: true };
      });
    },
  };
}

/** A body of 256 KB can be nested deeper than the stack is. */
function stringify(data: unknown): string {
  try {
    return JSON.stringify(data);
  } catch {
    throw new Fault('invalid_input', 'The payload is nested too deep.');
  }
}

/** A producer in another language may have stored anything. */
function readValue(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

function readObject(json: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A job that cannot be changed is told with its own error; an engine that is away ends the call. */
function asOutcome(error: unknown): JobOutcome {
  const own = error instanceof Fault && (error.code === 'too_large' || error.code === 'invalid_input');
  if (!own) throw error;
  return { done: false, why: 'refused', reason: error.message };
}
