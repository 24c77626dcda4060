import '../styles/jobs.css';
import '../styles/operations.css';
import type { RunningJob } from '@drover/contract';
import { useQueuesHealth, useRunningJobs, useWorkerMemory } from '@drover/react';
import { useCallback, useMemo, useRef } from 'react';
import { RunningPanel } from '../features/jobs/running-panel';
import { useAppLocation } from '../router/location';
import { useJobActions } from './use-job-actions';

/** Jobs in hand of all workers, or of the worker and the queue that the URL names. */
export function RunningJobsTab() {
  const { params } = useAppLocation();
  const queueName = params.get('queue') ?? '';
  const workerId = params.get('by') ?? '';
  const running = useRunningJobs({ ...(queueName && { queueName }), ...(workerId && { workerId }) });
  const { data: workers } = useWorkerMemory();
  const { data: queues } = useQueuesHealth();
  const workerIds = useMemo(() => (workers?.workers ?? []).map((worker) => worker.workerId).toSorted(), [workers]);
  const queueNames = useMemo(() => (queues ?? []).map((queue) => queue.queueName).toSorted(), [queues]);
  const { act, dialog } = useJobActions();
  const latest = useRef(act);
  latest.current = act;
  const cancel = useCallback((job: RunningJob) => latest.current('cancel', [job]), []);
  return (
    <>
      <RunningPanel
        running={running.data}
        error={running.error}
        onRetry={() => void running.refetch()}
        onCancel={cancel}
        {...{ workerIds, queueNames, workerId, queueName }}
      />
      {dialog}
    </>
  );
}
