import type { ChangeJobsRequest, JobPlace, JobReference } from '@drover/contract';
import type { JobsChangeResult } from '@drover/react';
import { formatCount, plural } from './format.js';

export type JobActionKind = ChangeJobsRequest['action'];

interface JobAction {
  readonly verb: string;
  readonly busy: string;
  readonly done: string;
  /** States in which it can be done. */
  readonly from: readonly JobPlace[];
  readonly effect: { readonly one: string; readonly many: string };
  readonly danger: boolean;
}

const ofCancelled =
  'A cancelled job fails and makes no other attempt. One that does not listen to its signal runs on until its timeout.';

export const jobActions: Record<JobActionKind, JobAction> = {
  retry: {
    verb: 'Retry',
    busy: 'Retrying',
    done: 'retried',
    from: ['failed', 'completed'],
    effect: {
      one: 'It runs again by its priority, with its attempts counted anew.',
      many: 'They run again by their priority, with their attempts counted anew.',
    },
    danger: false,
  },
  promote: {
    verb: 'Promote',
    busy: 'Promoting',
    done: 'promoted',
    from: ['delayed'],
    effect: {
      one: 'It no longer waits for its time: the next free worker takes it.',
      many: 'They no longer wait for their time: the next free workers take them.',
    },
    danger: false,
  },
  remove: {
    verb: 'Remove',
    busy: 'Removing',
    done: 'removed',
    from: ['failed', 'waiting', 'delayed', 'waiting-children', 'completed'],
    effect: {
      one: 'It is gone from the queue, with its logs.',
      many: 'They are gone from the queue, with their logs.',
    },
    danger: true,
  },
  cancel: {
    verb: 'Cancel',
    busy: 'Cancelling',
    done: 'cancelled',
    from: ['active'],
    effect: {
      one: `Its worker is told within a second, wherever it runs. ${ofCancelled}`,
      many: `Their workers are told within a second, wherever they run. ${ofCancelled}`,
    },
    danger: true,
  },
};

const kinds = Object.keys(jobActions) as JobActionKind[];

export function actionsFor(state: JobPlace): JobActionKind[] {
  return kinds.filter((kind) => jobActions[kind].from.includes(state));
}

/** Those of the chosen jobs that an action can be done to, as they were when they were listed. */
export function jobsFor<Job extends JobReference & { readonly state: JobPlace }>(
  kind: JobActionKind,
  jobs: readonly Job[],
): Job[] {
  return jobs.filter(({ state }) => jobActions[kind].from.includes(state));
}

/** "214 jobs of payments", "12 jobs in 3 queues", "job 42 of payments". */
export function jobsWords(jobs: readonly JobReference[]): string {
  const [first] = jobs;
  const queues = new Set(jobs.map(({ queueName }) => queueName)).size;
  if (jobs.length === 1 && first) return `job ${first.jobId} of ${first.queueName}`;
  return `${plural(jobs.length, 'job')} ${queues === 1 ? `of ${first?.queueName}` : `in ${plural(queues, 'queue')}`}`;
}

/** "120 of 214 jobs retried, 3 were not". */
export function resultWords(kind: JobActionKind, { total, done, failed, untried, ended }: JobsChangeResult): string {
  const { done: word } = jobActions[kind];
  return [
    `${formatCount(done)} of ${plural(total, 'job')} ${word}`,
    failed > 0 && `${formatCount(failed)} could not be`,
    untried > 0 && `${formatCount(untried)} not tried${ended === undefined ? '' : `: ${ended}`}`,
  ]
    .filter(Boolean)
    .join(', ');
}
