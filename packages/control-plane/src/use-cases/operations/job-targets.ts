import {
  type JobChoice,
  type JobGateway,
  type JobOperationKind,
  type JobOutcome,
  type JobRef,
  type JobRow,
  type JobState,
  jobInstantMs,
} from '@drover/core';
import type { JobTrash } from '../jobs/job-trash.js';
import type { JobView } from '../jobs/job-view.js';
import { createJobJudge } from '../jobs/judge-jobs.js';
import { removeJob } from '../jobs/remove-job.js';

/** Jobs looked at in one step: values of up to 256 KB come along where the filter looks at them. */
const LOOK = 100;
const OPTIONS_BYTES = 65_536;

export interface TargetSlice {
  readonly ids: readonly string[];
  readonly examined: number;
  readonly next: string | null;
}

export interface TargetPlace {
  readonly queueName: string;
  readonly state: JobState;
  readonly order: 'oldest' | 'newest';
  readonly after: string | null;
}

/** The jobs that operations are about: found, and changed. */
export interface JobTargets {
  /** The next that match, of those that were at rest by `untilMs`. */
  walk(place: TargetPlace, choice: JobChoice, untilMs: number): Promise<TargetSlice>;
  /** Those that are still in that state, as they were by `untilMs`. */
  still(queueName: string, ids: readonly string[], state: JobState, untilMs: number): Promise<readonly string[]>;
  rows(refs: readonly JobRef[]): Promise<readonly (JobRow | null)[]>;
  /** Whether BullMQ removes it when it completes. */
  clearsItself(ref: JobRef): Promise<boolean>;
  act(ref: JobRef, kind: JobOperationKind, by: { readonly actor: string; readonly keep: boolean }): Promise<JobOutcome>;
}

export function createJobTargets(options: {
  readonly jobs: JobGateway;
  readonly trash: JobTrash;
  readonly view: JobView;
}): JobTargets {
  const { jobs, view } = options;
  return {
    async walk(place, choice, untilMs) {
      const { asks, judge } = createJobJudge(choice.filter, view);
      const { jobs: rows, examined, next } = await jobs.walk({ ...place, look: LOOK, ...asks });
      // What came to rest later is another turn of it: it failed again, or is new.
      const found = rows.filter((row) => jobInstantMs(row) <= untilMs && judge(row).matches);
      return { ids: found.map(({ jobId }) => jobId), examined, next };
    },

    async still(queueName, ids, state, untilMs) {
      const rows = await jobs.find(ids.map((jobId) => ({ queueName, jobId })));
      return ids.filter((_, index) => {
        const row = rows[index] ?? null;
        return row !== null && row.state === state && jobInstantMs(row) <= untilMs;
      });
    },

    rows: (refs) => jobs.find(refs),

    async clearsItself(ref) {
      const options = (await jobs.get(ref, OPTIONS_BYTES))?.values.options.json ?? '{}';
      const { removeOnComplete } = JSON.parse(options) as { removeOnComplete?: unknown };
      return removeOnComplete !== undefined && removeOnComplete !== false;
    },

    act: (ref, kind, by) =>
      kind === 'remove-jobs'
        ? removeJob(options, ref, by)
        : jobs.act(ref, { kind: kind === 'retry-jobs' ? 'retry' : 'promote' }),
  };
}
