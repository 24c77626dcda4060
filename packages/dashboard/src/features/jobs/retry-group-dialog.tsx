import type { FailureGroup, StartOperationRequest } from '@drover/contract';
import { useState } from 'react';
import { readNumber } from '../../models/form-number';
import { plural } from '../../models/format';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { NumberField, Switch } from '../../ui/inputs';

export interface RetryGroupDialogProps {
  group: FailureGroup;
  onStart: (request: StartOperationRequest) => Promise<unknown>;
  onClose: () => void;
}

/** Asks how a kind of failure is retried: some first, the others only if those complete. */
export function RetryGroupDialog({ group, onStart, onClose }: RetryGroupDialogProps) {
  const { fingerprint, count, queues, message } = group;
  const [careful, setCareful] = useState(true);
  const [jobs, setJobs] = useState('5');
  const [seconds, setSeconds] = useState('60');
  const first = readNumber(jobs, { min: 1, max: 50, whole: true });
  const wait = readNumber(seconds, { min: 1, max: 3_600, whole: true });
  const ready = !careful || (first.value !== undefined && wait.value !== undefined);
  return (
    <ConfirmDialog
      title={`Retry ${plural(count, 'job')} of this failure?`}
      confirmLabel={careful ? `Retry ${first.value ?? 'some'} first` : `Retry ${plural(count, 'job')}`}
      busyLabel="Starting…"
      disabled={!ready}
      onConfirm={() =>
        onStart({
          kind: 'retry-jobs',
          queues: queues.map(({ queueName }) => queueName),
          jobs: {
            states: ['failed'],
            filter: { failure: fingerprint },
            ...(careful &&
              first.value !== undefined &&
              wait.value !== undefined && { canary: { jobs: first.value, waitMs: wait.value * 1_000 } }),
          },
        })
      }
      onClose={onClose}
    >
      <p>
        “{message}”, in {queues.length === 1 ? queues[0]?.queueName : plural(queues.length, 'queue')}.
      </p>
      <Switch
        label="Canary first"
        hint="The others are retried only if these complete; else they are left alone."
        checked={careful}
        onChange={setCareful}
      />
      {careful && (
        <div className="form-grid">
          <NumberField label="First" unit="jobs" value={jobs} problem={first.problem} onChange={setJobs} />
          <NumberField label="Within" unit="s" value={seconds} problem={wait.problem} onChange={setSeconds} />
        </div>
      )}
    </ConfirmDialog>
  );
}
