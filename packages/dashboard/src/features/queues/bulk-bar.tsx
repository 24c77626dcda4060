import '../../styles/data-table.css';
import type { BulkKind, QueueHealthStatus } from '@drover/contract';
import { Pause, Play, RotateCcw, Trash2 } from 'lucide-react';
import { plural } from '../../models/format';
import { Icon } from '../../ui/icon';

const actions = [
  { kind: 'pause', label: 'Pause…', icon: Pause },
  { kind: 'resume', label: 'Resume…', icon: Play },
  { kind: 'retry-failed', label: 'Retry failed…', icon: RotateCcw },
  { kind: 'clean', label: 'Clean…', icon: Trash2 },
] as const;

export interface BulkBarProps {
  queues: readonly QueueHealthStatus[];
  onBulk: (kind: BulkKind, queues: readonly QueueHealthStatus[]) => void;
}

/** What can be done to the chosen queues together. */
export function BulkBar({ queues, onBulk }: BulkBarProps) {
  return (
    <section className="selection-bar" aria-label="Chosen queues">
      <span role="status">
        {queues.length === 0 ? 'Choose queues below' : `${plural(queues.length, 'queue')} chosen`}
      </span>
      {actions.map(({ kind, label, icon }) => (
        <button
          key={kind}
          type="button"
          className="btn btn-sm"
          disabled={queues.length === 0}
          onClick={() => onBulk(kind, queues)}
        >
          <Icon icon={icon} small />
          {label}
        </button>
      ))}
    </section>
  );
}
