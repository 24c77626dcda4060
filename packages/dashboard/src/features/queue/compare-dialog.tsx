import type { QueueHealthStatus } from '@drover/contract';
import { useId, useState } from 'react';
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

/** Asks for another queue: typed in full, or chosen from those that match. */
export function CompareDialog({ queueName, queues, onChoose, onClose }: CompareDialogProps) {
  const [text, setText] = useState('');
  const listId = useId();
  const others = queues.map((queue) => queue.queueName).filter((name) => name !== queueName);
  const matches = bestMatches(others, (name) => name, text, shownQueues);
  const chosen = others.includes(text) ? text : matches.length === 1 ? matches[0] : undefined;
  const problem = text !== '' && matches.length === 0 ? 'No other queue is called so.' : undefined;
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
        list={listId}
        value={text}
        problem={problem}
        onChange={setText}
      />
      <datalist id={listId}>
        {matches.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {chosen === undefined && matches.length > 0 && (
        <ul className="compare-choices" aria-label="Queues">
          {matches.map((name) => (
            <li key={name}>
              <button type="button" className="btn btn-sm" onClick={() => setText(name)}>
                {name}
              </button>
            </li>
          ))}
        </ul>
      )}
    </ConfirmDialog>
  );
}
