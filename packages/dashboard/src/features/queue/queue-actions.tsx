import type { BulkKind, QueueHealthStatus } from '@drover/contract';
import { Pause, Play, RotateCcw, Trash2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { formatCount } from '../../models/format';
import { known } from '../../models/health';
import { Icon } from '../../ui/icon';

export interface QueueActionsProps {
  queue: QueueHealthStatus;
  /** A pause or resume is on its way. */
  busy: boolean;
  onPause: (pause: boolean) => void;
  onAsk: (kind: BulkKind) => void;
  /** Before the rest: it changes the view, not the queue. */
  compare?: ReactNode;
}

/** Pause and resume at once, for either undoes the other; what cannot be undone asks first. */
export function QueueActions({ queue, busy, onPause, onAsk, compare }: QueueActionsProps) {
  const { paused = false, metrics } = queue;
  const failed = known(metrics, 'failed');
  return (
    <div className="queue-actions">
      {compare}
      <button type="button" className="btn" disabled={busy} onClick={() => onPause(!paused)}>
        <Icon icon={paused ? Play : Pause} />
        {paused ? 'Resume' : 'Pause'}
      </button>
      <button type="button" className="btn" disabled={failed === 0} onClick={() => onAsk('retry-failed')}>
        <Icon icon={RotateCcw} />
        {failed ? `Retry ${formatCount(failed)} failed…` : 'Retry failed…'}
      </button>
      <button type="button" className="btn" onClick={() => onAsk('clean')}>
        <Icon icon={Trash2} />
        Clean…
      </button>
    </div>
  );
}
