import type { CreateScheduleRequest, RunningJobsQuery, UpdateScheduleRequest } from '@drover/contract';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { queueSystemKeys as keys } from '../keys.js';
import { useDrover } from '../provider.js';
import type { ChangeOptions } from './use-configuration.js';
import { usePace } from './use-pace.js';

interface ScheduleName {
  queueName: string;
  scheduleId: string;
}

/** Schedules of all queues, or of one. */
export function useSchedules(queueName?: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.schedules(queueName), ...pace });
}

export function useSchedule(queueName: string, scheduleId: string) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.schedule(queueName, scheduleId), ...pace });
}

/** Jobs in hand, stuck ones first. */
export function useRunningJobs(query?: RunningJobsQuery) {
  const pace = usePace({ covered: false });
  return useQuery({ ...useDrover().queries.runningJobs(query), ...pace, placeholderData: keepPreviousData });
}

export function useCreateSchedule(options?: ChangeOptions) {
  const { client } = useDrover();
  return useScheduleChange((body: CreateScheduleRequest) => client.createSchedule({ body }), 'made', options);
}

export function useUpdateSchedule(options?: ChangeOptions) {
  const { client } = useDrover();
  const edit = ({ change, ...params }: ScheduleName & { change: UpdateScheduleRequest }) =>
    client.updateSchedule({ params, body: change });
  return useScheduleChange(edit, 'changed', options);
}

export function usePauseSchedule(options?: ChangeOptions) {
  const { client } = useDrover();
  return useScheduleChange((params: ScheduleName) => client.pauseSchedule({ params }), 'paused', options);
}

export function useResumeSchedule(options?: ChangeOptions) {
  const { client } = useDrover();
  return useScheduleChange((params: ScheduleName) => client.resumeSchedule({ params }), 'resumed', options);
}

export function useRunSchedule(options?: ChangeOptions) {
  const { client } = useDrover();
  return useScheduleChange((params: ScheduleName) => client.runSchedule({ params }), 'started', options);
}

export function useDeleteSchedule(options?: ChangeOptions) {
  const { client } = useDrover();
  return useScheduleChange((params: ScheduleName) => client.deleteSchedule({ params }), 'removed', options);
}

/** One change, then fresh lists and a word to the user. */
function useScheduleChange<Input extends { readonly scheduleId: string }, Reply>(
  change: (input: Input) => Promise<Reply>,
  done: string,
  { notifyErrors = true }: ChangeOptions = {},
) {
  const cache = useQueryClient();
  const { notify } = useDrover();
  return useMutation({
    mutationFn: change,
    onSuccess: (_reply, { scheduleId }) => {
      void cache.invalidateQueries({ queryKey: keys.schedules() });
      notify.success(`Schedule ${scheduleId} ${done}`);
    },
    onError: (error: Error, { scheduleId }) => {
      if (notifyErrors) notify.error(`Schedule ${scheduleId} could not be ${done}: ${error.message}`);
    },
  });
}
