import type { QueueHealthStatus } from '@drover/contract';
import { useState } from 'react';
import { bestMatches } from '../../models/palette';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { TextField } from '../../ui/inputs';

export interface CompareDialogProps {
  queueName: string;
  queues: readonly QueueHealthStatus[];
  onChoose: (queueName: string) => void;
  onClose: () => void;
}

const shownQueues = 8;

/** Asks for another queue: by as much of its name as is enough, or by a click. */
export function CompareDialog({ queueName, queues, onChoose, onClose }: CompareDialogProps) {
  const [text, setText] = useState('');
  const others = queues.map((queue) => queue.queueName).filter((name) => name !== queueName);
  const matches = bestMatches(others, (name) => name, text, shownQueues);
  const chosen = others.includes(text) ? text : matches.length === 1 ? matches[0] : undefined;
  const problem = text !== '' && matches.length === 0 ? 'No other queue is called so.' : undefined;
  const choose = (name: string) => {
    onChoose(name);
    onClose();
  };
  return (
    <ConfirmDialog
      title={`Compare ${queueName} with`}
      confirmLabel={chosen === undefined ? 'Compare' : `Compare with ${chosen}`}
      disabled={chosen === undefined}
      onConfirm={() => chosen !== undefined && onChoose(chosen)}
      onClose={onClose}
    >
      <TextField
        label="Queue"
        placeholder="Its name, or a few letters of it"
        value={text}
        problem={problem}
        onChange={setText}
      />
      {matches.length > 0 && (
        <ul className="compare-choices" aria-label="Queues">
          {matches.map((name) => (
            <li key={name}>
              <button type="button" className="btn btn-sm" onClick={() => choose(name)}>
                {name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </ConfirmDialog>
  );
}
