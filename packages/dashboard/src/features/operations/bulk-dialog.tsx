import type { BulkKind, QueueHealthStatus, StartOperationRequest } from '@drover/contract';
import { useState } from 'react';
import { formatCount, plural } from '../../models/format';
import { type BulkPlan, cleanable, emptyDraft, kindWords, planBulk } from '../../models/operations';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { NumberField, SelectField } from '../../ui/inputs';

export interface BulkDialogProps {
  kind: BulkKind;
  queues: readonly QueueHealthStatus[];
  /** Rejects with why it could not be started. */
  onStart: (request: StartOperationRequest) => Promise<unknown>;
  onClose: () => void;
}

const statuses = cleanable.map((value) => ({ value, label: `${value.charAt(0).toUpperCase()}${value.slice(1)} jobs` }));

/** Asks what exactly, says how much it touches as of now, and starts it. */
export function BulkDialog({ kind, queues, onStart, onClose }: BulkDialogProps) {
  const [draft, setDraft] = useState({ ...emptyDraft, kind });
  const plan = planBulk(draft, queues);
  const [only] = queues;
  const where = queues.length === 1 && only ? only.queueName : plural(queues.length, 'queue');
  const title = {
    clean: `Clean ${where}`,
    'retry-failed': `Retry failed jobs of ${where}`,
    pause: `Pause ${where}?`,
    resume: `Resume ${where}?`,
  };
  return (
    <ConfirmDialog
      title={title[kind]}
      confirmLabel={confirmWords(kind, plan)}
      busyLabel="Starting…"
      danger={kind === 'clean'}
      disabled={!plan.request || plan.count === 0}
      onConfirm={async () => {
        if (plan.request) await onStart(plan.request);
      }}
      onClose={onClose}
    >
      {kind === 'clean' && (
        <div className="form-grid">
          <SelectField
            label="Remove"
            options={statuses}
            value={draft.status}
            onChange={(status) => setDraft({ ...draft, status })}
          />
          <NumberField
            label="Older than"
            unit="min"
            placeholder="any age"
            value={draft.grace}
            problem={plan.problems.grace}
            onChange={(grace) => setDraft({ ...draft, grace })}
          />
        </div>
      )}
      {(kind === 'clean' || kind === 'retry-failed') && (
        <NumberField
          label={queues.length > 1 ? 'At most, of each queue' : 'At most'}
          unit="jobs"
          placeholder="all of them"
          hint="The oldest first."
          value={draft.limit}
          problem={plan.problems.limit}
          onChange={(limit) => setDraft({ ...draft, limit })}
        />
      )}
      <p role="status">{effectWords(kind, plan, queues.length)}</p>
    </ConfirmDialog>
  );
}

function confirmWords(kind: BulkKind, { count }: BulkPlan): string {
  const jobs = count === undefined ? 'jobs' : plural(count, 'job');
  if (kind === 'clean') return `Remove ${jobs}`;
  if (kind === 'retry-failed') return `Retry ${jobs}`;
  return `${kindWords[kind]} ${plural(count ?? 0, 'queue')}`;
}

function effectWords(kind: BulkKind, { count, idle }: BulkPlan, queues: number): string {
  const idleWords = idle > 0 && queues > 1 ? ` ${plural(idle, 'queue has', 'queues have')} nothing to change.` : '';
  if (kind === 'pause') {
    return `Workers take no further job; those at work are finished.${idle > 0 ? ` ${formatCount(idle)} paused already.` : ''}`;
  }
  if (kind === 'resume')
    return `Workers take jobs again at once.${idle > 0 ? ` ${formatCount(idle)} running already.` : ''}`;
  const most =
    count === undefined
      ? 'How many jobs it touches is not known'
      : `It touches up to ${plural(count, 'job')} as of now`;
  const after =
    kind === 'clean'
      ? 'Removed jobs cannot be brought back. Jobs at work are never touched.'
      : 'They run again with their attempts and priority; what fails meanwhile is not retried again.';
  return `${most}.${idleWords} ${after}`;
}
