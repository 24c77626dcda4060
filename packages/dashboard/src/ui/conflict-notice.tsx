import '../styles/forms.css';
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon';

export interface ConflictNoticeProps {
  /** "the thresholds", "this policy". */
  what: string;
  /** What they changed, field by field, where it is known. */
  children?: ReactNode;
  onTakeTheirs: () => void;
  /** Saves mine over what they saved: fields that only they changed stay theirs. */
  onKeepMine: () => void;
}

/** Somebody else saved first: nothing of either is lost before one of the two is chosen. */
export function ConflictNotice({ what, children, onTakeTheirs, onKeepMine }: ConflictNoticeProps) {
  return (
    <div className="conflict" role="alert">
      <Icon icon={TriangleAlert} className="text-warning" />
      <div className="min-w-0">
        <p className="font-semibold">Somebody else changed {what} while you were editing.</p>
        <div className="conflict-body">{children ?? 'Your changes have not been saved; they are still here.'}</div>
      </div>
      <div className="conflict-actions">
        <button type="button" className="btn btn-sm" onClick={onTakeTheirs}>
          Discard mine, show theirs
        </button>
        <button type="button" className="btn btn-sm" onClick={onKeepMine}>
          Keep mine, save again
        </button>
      </div>
    </div>
  );
}
