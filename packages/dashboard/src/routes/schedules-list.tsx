import '../styles/forms.css';
import '../styles/jobs.css';
import '../styles/schedules.css';
import '../styles/workers.css';
import { isApiError } from '@drover/client';
import type { ScheduleInfo } from '@drover/contract';
import {
  useCreateSchedule,
  useDeleteSchedule,
  usePauseSchedule,
  useQueuesHealth,
  useResumeSchedule,
  useRunSchedule,
  useSchedule,
  useSchedules,
  useUpdateSchedule,
} from '@drover/react';
import { useMemo, useState } from 'react';
import { useSession } from '../auth/use-session';
import { ScheduleDrawer } from '../features/schedules/schedule-drawer';
import { ScheduleFormDialog } from '../features/schedules/schedule-form-dialog';
import { SchedulesPanel } from '../features/schedules/schedules-panel';
import { readNewSchedule, readScheduleEdit, textsOfSchedule } from '../models/schedule-form';
import { readScheduleKey, type ScheduleName, scheduleKey } from '../models/schedules';
import { setParams, useAppLocation } from '../router/location';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { useServerNow } from '../ui/use-server-now';

export interface SchedulesListProps {
  /** Where the page is a queue's own. */
  queueName?: string;
  adding: boolean;
  onAdding: (adding: boolean) => void;
}

/** Schedules, the one that the URL names open beside them, and what is done to them. */
export function SchedulesList({ queueName, adding, onAdding }: SchedulesListProps) {
  const { params } = useAppLocation();
  const list = useSchedules(queueName);
  const { data: queues } = useQueuesHealth();
  const queueNames = useMemo(() => (queues ?? []).map((queue) => queue.queueName).toSorted(), [queues]);
  const nowMs = useServerNow(1_000);
  const run = useRunSchedule();
  const create = useCreateSchedule({ notifyErrors: false });
  const starting = useMemo(
    () => new Set(run.isPending ? [scheduleKey(run.variables)] : []),
    [run.isPending, run.variables],
  );
  const open = readScheduleKey(params.get('schedule'));
  return (
    <>
      <SchedulesPanel
        list={list.data}
        error={list.error}
        onRetry={() => void list.refetch()}
        queueNames={queueName === undefined ? queueNames : undefined}
        onRun={(schedule) => run.mutate(nameOf(schedule))}
        onAdd={() => onAdding(true)}
        {...{ nowMs, starting }}
      />
      {open && <OpenSchedule key={scheduleKey(open)} name={open} nowMs={nowMs} queueNames={queueNames} />}
      {adding && (
        <ScheduleFormDialog
          queueNames={queueNames}
          queueName={queueName ?? (params.get('queue') || undefined)}
          read={readNewSchedule}
          onSave={async (request) => {
            const { schedule } = await create.mutateAsync(request);
            setParams({ schedule: scheduleKey(schedule) });
          }}
          onClose={() => onAdding(false)}
        />
      )}
    </>
  );
}

const nameOf = ({ queueName, scheduleId }: ScheduleInfo): ScheduleName => ({ queueName, scheduleId });

interface OpenScheduleProps {
  name: ScheduleName;
  nowMs: number;
  queueNames: readonly string[];
}

function OpenSchedule({ name, nowMs, queueNames }: OpenScheduleProps) {
  const { data: schedule, error, refetch } = useSchedule(name.queueName, name.scheduleId);
  const [asking, setAsking] = useState<'edit' | 'remove'>();
  const run = useRunSchedule();
  const pause = usePauseSchedule();
  const resume = useResumeSchedule();
  const update = useUpdateSchedule({ notifyErrors: false });
  const remove = useDeleteSchedule({ notifyErrors: false });
  const close = () => setParams({ schedule: undefined });
  const done = () => setAsking(undefined);
  return (
    <>
      <ScheduleDrawer
        scheduleId={name.scheduleId}
        schedule={schedule}
        gone={isApiError(error, 'not_found')}
        error={error}
        onRetry={() => void refetch()}
        nowMs={nowMs}
        self={useSession().data?.user.id}
        busy={run.isPending || pause.isPending || resume.isPending}
        onRun={() => run.mutate(name)}
        onPause={(paused) => (paused ? pause : resume).mutate(name)}
        onEdit={() => setAsking('edit')}
        onRemove={() => setAsking('remove')}
        onClose={close}
      />
      {asking === 'edit' && schedule && (
        <ScheduleFormDialog
          before={textsOfSchedule(schedule)}
          queueNames={queueNames}
          read={readScheduleEdit}
          onSave={(change) => update.mutateAsync({ ...name, change })}
          onClose={done}
        />
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          title={`Remove the schedule ${name.scheduleId} of ${name.queueName}?`}
          confirmLabel="Remove it"
          busyLabel="Removing…"
          cancelLabel="Leave it"
          danger
          onConfirm={async () => {
            await remove.mutateAsync(name);
            close();
          }}
          onClose={done}
        >
          <p>It makes no further run, and the one that waits for its time goes with it. Jobs of earlier runs stay.</p>
          <p>To stop it for a while, pause it instead.</p>
        </ConfirmDialog>
      )}
    </>
  );
}
