import type { WorkerMemoryState } from '@drover/contract';
import type { RecycleWorkersResult } from '@drover/react';
import { useState } from 'react';
import { plural } from '../../models/format';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Switch, TextField } from '../../ui/inputs';

export interface RecycleDialogProps {
  workers: readonly WorkerMemoryState[];
  onRecycle: (request: { reason: string; graceful: boolean }) => Promise<RecycleWorkersResult>;
  onClose: () => void;
}

/** The server's bound. */
const longestReason = 500;

/** Asks why and how, and says what it touches. Those refused are named in the dialog, which then stays. */
export function RecycleDialog({ workers, onRecycle, onClose }: RecycleDialogProps) {
  const [reason, setReason] = useState('');
  const [graceful, setGraceful] = useState(true);
  const [problem, setProblem] = useState<string>();
  const active = workers.reduce((sum, worker) => sum + (worker.active ?? 0), 0);
  const queues = new Set(workers.map(({ queueName }) => queueName));
  const [only] = workers;
  const what = workers.length === 1 && only ? only.workerId : plural(workers.length, 'worker');

  const confirm = async () => {
    const words = reason.trim();
    if (words === '') {
      setProblem('Say why: it is kept with the recycle and in the audit log.');
      throw new Error('A reason is missing.');
    }
    const { refused, started } = await onRecycle({ reason: words, graceful });
    if (refused.length === 0) return;
    const list = refused.map(({ workerId, why }) => `${workerId}: ${why}`).join('\n');
    throw new Error(`${started.length} started, ${refused.length} refused.\n${list}`);
  };

  return (
    <ConfirmDialog
      title={`Recycle ${what}?`}
      confirmLabel={`Recycle ${what}`}
      busyLabel="Recycling…"
      onConfirm={confirm}
      onClose={onClose}
    >
      <p>
        {workers.length === 1 ? 'It is' : 'They are'} replaced: a new process starts, then the old one ends
        {queues.size > 1 ? `, in ${queues.size} queues` : ` in ${only?.queueName}`}.{' '}
        {workers.length > 1 && 'Workers of one queue go in turn, so that it keeps most of its capacity. '}
        {active === 0
          ? 'No job is at work there now.'
          : graceful
            ? `${plural(active, 'job')} at work now ${active === 1 ? 'is' : 'are'} finished first.`
            : `${plural(active, 'job')} at work now ${active === 1 ? 'is' : 'are'} given back and ${active === 1 ? 'runs' : 'run'} again elsewhere.`}
      </p>
      <TextField
        label="Reason"
        hint="Kept with the recycle and in the audit log."
        value={reason}
        maxLength={longestReason}
        problem={problem}
        onChange={(text) => {
          setReason(text);
          setProblem(undefined);
        }}
      />
      <Switch
        label="Let jobs at work finish"
        hint="Off: they are aborted and handed back at once."
        checked={graceful}
        onChange={setGraceful}
      />
    </ConfirmDialog>
  );
}
