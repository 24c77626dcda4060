import type { JobReference } from '@drover/contract';
import { type JobsChange, type JobsChangeResult, useChangeJobs } from '@drover/react';
import { type ReactNode, useState } from 'react';
import { JobActionDialog } from '../features/jobs/job-action-dialog';
import { type JobActionKind, jobActions, resultWords } from '../models/job-actions';
import { notify } from '../shell/toasts';

interface Asked {
  readonly kind: JobActionKind;
  readonly jobs: readonly JobReference[];
}

/** Asks, does and tells: what a list of jobs and a job's page have in common. `onDone`: all of it was done. */
export function useJobActions(onDone?: (kind: JobActionKind) => void): {
  act: (kind: JobActionKind, jobs: readonly JobReference[]) => void;
  busy: boolean;
  dialog: ReactNode;
} {
  const change = useChangeJobs();
  const [asking, setAsking] = useState<Asked>();
  const told = (kind: JobActionKind, result: JobsChangeResult) => {
    notify.success(resultWords(kind, result));
    onDone?.(kind);
  };
  const run = (request: JobsChange) => change.mutateAsync(request);
  /** What one job can be given back from needs no question. */
  const atOnce = async ({ kind, jobs }: Asked) => {
    try {
      const result = await run({ action: kind, jobs });
      const [refused] = result.errors;
      if (refused) notify.error(refused.error);
      else told(kind, result);
    } catch (error) {
      notify.error(`Could not be ${jobActions[kind].done}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    act: (kind, jobs) => {
      if (change.isPending) return;
      if (jobs.length === 1 && !jobActions[kind].danger) void atOnce({ kind, jobs });
      else setAsking({ kind, jobs });
    },
    busy: change.isPending,
    dialog: asking && (
      <JobActionDialog
        {...asking}
        onRun={run}
        onClose={(result) => {
          setAsking(undefined);
          if (result) told(asking.kind, result);
        }}
      />
    ),
  };
}
