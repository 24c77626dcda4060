import type { JobGateway, JobOutcome, JobRef } from '@drover/core';
import type { JobTrash } from './job-trash.js';
import { VALUE_BYTES } from './job-view.js';

/** Removes a job; `keep`: with a copy in the trash. Rejects with `too_large` where a copy would not fit. */
export async function removeJob(
  { jobs, trash }: { readonly jobs: JobGateway; readonly trash: JobTrash },
  ref: JobRef,
  { actor, keep }: { readonly actor: string; readonly keep: boolean },
): Promise<JobOutcome> {
  if (!keep) return jobs.act(ref, { kind: 'remove' });
  const record = await jobs.get(ref, VALUE_BYTES);
  if (record === null) return { done: false, why: 'gone', reason: `There is no job ${ref.jobId} any more.` };
  // The copy first: a crash in between leaves one too many, not one too few.
  const id = await trash.keep(record, actor);
  const outcome = await jobs.act(ref, { kind: 'remove' });
  if (!outcome.done) await trash.drop(id);
  return outcome;
}
