import type { JobSummary } from '@drover/contract';
import { type JobFilter, type JobRow, type JobWalk, matchesJob, needsValues, sieveOf } from '@drover/core';
import { type JobView, VALUE_BYTES } from './job-view.js';

/** Stacks up to here are looked into for the place where a job failed. */
export const STACK_BYTES = 65_536;

export interface JobJudge {
  /** What a walk has to bring along, and may leave out. */
  readonly asks: Pick<JobWalk, 'sieve' | 'maxValueBytes' | 'maxStackBytes'>;
  judge(row: JobRow): JudgedJob;
}

export interface JudgedJob {
  readonly matches: boolean;
  /** Its values are too large to be looked into. */
  readonly unread: boolean;
  readonly summary: JobSummary;
}

/** Judges jobs by their values as somebody may see them: a filter must not find out what a reply hides. */
export function createJobJudge(filter: JobFilter, view: JobView): JobJudge {
  // What the rules leave of a value is not in the engine: the sieve may look at more, never at less.
  const maxValueBytes = needsValues(filter) ? VALUE_BYTES : view.valueBytes;
  const looksIn = { data: needsIn(filter, 'data'), result: needsIn(filter, 'result') };
  return {
    asks: {
      sieve: sieveOf(filter),
      ...(maxValueBytes > 0 && { maxValueBytes }),
      ...(filter.failure !== undefined && { maxStackBytes: STACK_BYTES }),
    },
    judge(row) {
      const unread =
        (looksIn.data && row.data === null) || (looksIn.result && row.result === null && row.resultBytes > 0);
      const summary = view.summary(row);
      const subject = {
        row: { ...row, error: summary.error ?? null },
        values: view.valuesOf(row),
        ...(filter.failure !== undefined && { failure: view.signatureOf(row)?.fingerprint ?? null }),
      };
      return { matches: !unread && matchesJob(filter, subject), unread, summary };
    },
  };
}

function needsIn({ text, where = [] }: JobFilter, root: 'data' | 'result'): boolean {
  return (root === 'data' && text !== undefined) || where.some((condition) => condition.root === root);
}
