import type { OperationDetail } from '@drover/contract';
import { useState } from 'react';
import { formatCount, plural } from '../../models/format';
import { type JobActionKind, jobActions } from '../../models/job-actions';
import { isOver } from '../../models/operations';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Switch } from '../../ui/inputs';

export interface BulkJobsDialogProps {
  kind: Exclude<JobActionKind, 'cancel'>;
  /** What is looked for, in words. */
  words: string;
  /** The count, as far as it is. */
  counted: OperationDetail | undefined;
  /** Why it could not be counted. */
  problem: string | undefined;
  onConfirm: (keep: boolean) => Promise<unknown>;
  onClose: () => void;
}

/** Counts everything that matches, shows how far it is, and asks once when it is known. */
export function BulkJobsDialog({ kind, words, counted, problem, onConfirm, onClose }: BulkJobsDialogProps) {
  const [keep, setKeep] = useState(true);
  const { verb, effect, danger } = jobActions[kind];
  const ready = counted?.state === 'done';
  const what = counted && ready ? plural(counted.total, 'job') : 'everything that matches';
  const broken = problem ?? (counted && isOver(counted) && !ready ? counted.message || 'It was stopped.' : undefined);
  return (
    <ConfirmDialog
      title={`${verb} ${what}?`}
      confirmLabel={`${verb} ${ready ? what : 'them'}`}
      busyLabel="Starting…"
      danger={danger}
      disabled={!ready || counted.total === 0}
      onConfirm={() => onConfirm(keep)}
      onClose={onClose}
    >
      <p>Jobs {words}.</p>
      {broken !== undefined && <p role="alert">They could not be counted: {broken}</p>}
      {broken === undefined && !ready && (
        <div className="job-progress">
          <progress
            className="operation-bar"
            aria-label="Counting"
            max={Math.max(1, counted?.toExamine ?? 1)}
            value={counted?.examined ?? 0}
          />
          <span>
            {counted
              ? `${formatCount(counted.total)} so far, ${formatCount(counted.examined ?? 0)} of ${formatCount(counted.toExamine ?? 0)} looked at`
              : 'Counting…'}
          </span>
        </div>
      )}
      {ready && (
        <p role="status">
          {counted.total === 0
            ? 'Nothing matches any more.'
            : `${plural(counted.total, 'job matches', 'jobs match')} in ${plural(counted.queues.filter(({ total }) => total > 0).length, 'queue')}. What comes later is not touched. ${effect.many}`}
        </p>
      )}
      {kind === 'remove' && (
        <Switch
          label="Keep copies in the trash"
          hint="For seven days; until then they can be restored."
          checked={keep}
          onChange={setKeep}
        />
      )}
    </ConfirmDialog>
  );
}
