import type { JobPlace, SearchJobsRequest, StartOperationRequest } from '@drover/contract';
import { useCancelOperation, useOperation, useStartOperation } from '@drover/react';
import { type ReactNode, useState } from 'react';
import { BulkJobsDialog, type BulkJobsDialogProps } from '../features/jobs/bulk-jobs-dialog';
import { jobActions } from '../models/job-actions';
import { isOver } from '../models/operations';
import { RunningOperation } from './running-operation';

type Kind = BulkJobsDialogProps['kind'];

interface Asked {
  readonly kind: Kind;
  readonly request: StartOperationRequest;
  readonly countId?: string;
  readonly problem?: string;
}

/** Acts on everything that a search looks for: counts it, asks, and follows the operation. */
export function useBulkJobs(
  search: Pick<SearchJobsRequest, 'queues' | 'states' | 'filter'>,
  words: string,
): { start: (kind: Kind) => void; dialog: ReactNode; progress: ReactNode } {
  const start = useStartOperation({ notifyErrors: false });
  const cancel = useCancelOperation();
  const [asked, setAsked] = useState<Asked>();
  const [running, setRunning] = useState<string>();
  const { data: counted } = useOperation(asked?.countId ?? '');
  const count = async (kind: Kind) => {
    const request = requestOf(kind, search);
    setAsked({ kind, request });
    try {
      const { operation } = await start.mutateAsync({ ...request, dryRun: true });
      setAsked({ kind, request, countId: operation.id });
    } catch (error) {
      setAsked({ kind, request, problem: error instanceof Error ? error.message : String(error) });
    }
  };
  return {
    start: (kind) => void count(kind),
    progress: running !== undefined && (
      <RunningOperation operationId={running} onDismiss={() => setRunning(undefined)} />
    ),
    dialog: asked && (
      <BulkJobsDialog
        kind={asked.kind}
        words={words}
        counted={asked.countId === undefined ? undefined : counted}
        problem={asked.problem}
        onConfirm={async (keep) => {
          const { kind, request, countId } = asked;
          const { operation } = await start.mutateAsync({
            ...request,
            jobs: {
              ...request.jobs,
              ...(countId !== undefined && { counted: countId }),
              ...(kind === 'remove' && { trash: keep }),
            },
          });
          setRunning(operation.id);
        }}
        onClose={() => {
          if (asked.countId !== undefined && counted && !isOver(counted)) cancel.mutate(asked.countId);
          setAsked(undefined);
        }}
      />
    ),
  };
}

function requestOf(kind: Kind, { queues, states, filter }: Parameters<typeof useBulkJobs>[0]): StartOperationRequest {
  const able: readonly JobPlace[] = kind === 'retry' ? ['failed'] : jobActions[kind].from;
  return {
    kind: `${kind}-jobs`,
    ...(queues ? { queues } : { matching: '*' }),
    jobs: { states: [...(states ?? able)], filter },
  };
}
