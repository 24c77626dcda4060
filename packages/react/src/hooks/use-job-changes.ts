import type {
  AddJobRequest,
  ChangeJobsRequest,
  DuplicateJobRequest,
  EditJobRequest,
  JobReference,
} from '@drover/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeJobs, type JobsChange } from '../change-jobs.js';
import { jobKeys, queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import type { ChangeOptions } from './use-configuration.js';

/** Changes jobs of any queues, a hundred at a time. Resolves with a result also when some could not be changed. */
export function useChangeJobs() {
  const { client } = useDrover();
  const refresh = useJobRefresh();
  return useMutation({
    mutationFn: (change: JobsChange) =>
      changeJobs(change, (queueName: string, body: ChangeJobsRequest) =>
        client.changeJobs({ params: { queueName }, body }),
      ),
    onSettled: refresh,
  });
}

export function useAddJob(options?: ChangeOptions) {
  const { client } = useDrover();
  const add = ({ queueName, ...body }: AddJobRequest & { queueName: string }) =>
    client.addJob({ params: { queueName }, body });
  return useJobChange(add, 'added', options);
}

export function useEditJob(options?: ChangeOptions) {
  const { client } = useDrover();
  const edit = ({ queueName, jobId, ...body }: EditJobRequest & JobReference) =>
    client.editJob({ params: { queueName, jobId }, body });
  return useJobChange(edit, 'changed', options);
}

/** Resolves with the new job's id. */
export function useDuplicateJob(options?: ChangeOptions) {
  const { client } = useDrover();
  const duplicate = ({ queueName, jobId, ...body }: DuplicateJobRequest & JobReference) =>
    client.duplicateJob({ params: { queueName, jobId }, body });
  return useJobChange(duplicate, 'added', options);
}

/** Out of the trash, back to waiting. */
export function useRestoreJobs() {
  const { client } = useDrover();
  const refresh = useJobRefresh();
  return useMutation({
    mutationFn: (ids: readonly string[]) => client.restoreJobs({ body: { ids: [...ids] } }),
    onSettled: refresh,
  });
}

function useJobChange<Input, Reply extends JobReference>(
  change: (input: Input) => Promise<Reply>,
  done: string,
  { notifyErrors = true }: ChangeOptions = {},
) {
  const { notify } = useDrover();
  const refresh = useJobRefresh();
  return useMutation({
    mutationFn: change,
    onSuccess: ({ jobId, queueName }) => notify.success(`Job ${jobId} of ${queueName} ${done}`),
    onError: (error: Error) => {
      if (notifyErrors) notify.error(`The job could not be ${done}: ${error.message}`);
    },
    // A refused change was refused by a state that is another by now.
    onSettled: refresh,
  });
}

/** Jobs, counts and running jobs are read again; revealed values are not, which would be one more look. */
function useJobRefresh(): () => void {
  const cache = useQueryClient();
  return () => {
    void cache.invalidateQueries({ queryKey: jobKeys.all(), predicate: ({ queryKey }) => queryKey.at(-1) !== true });
    void cache.invalidateQueries({ queryKey: keys.queues() });
    void cache.invalidateQueries({ queryKey: ['queue-system', 'workers', 'running'] });
  };
}
