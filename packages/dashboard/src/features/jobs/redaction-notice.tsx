import { isApiError } from '@drover/client';
import { Eye, EyeOff, Lock } from 'lucide-react';
import { Icon } from '../../ui/icon';

export interface RedactionNoticeProps {
  /** Whether what is hidden is shown now. */
  revealed: boolean;
  loading: boolean;
  error: Error | null;
  onReveal: () => void;
  onHide: () => void;
}

/** Says that rules hide values here, what it takes to see them, and that a look is written down. */
export function RedactionNotice({ revealed, loading, error, onReveal, onHide }: RedactionNoticeProps) {
  const denied = isApiError(error, 'forbidden');
  return (
    <section className="job-note redaction" aria-label="Redaction">
      <span className="flex items-center gap-2" role="status">
        <Icon icon={revealed ? Eye : Lock} />
        {revealed
          ? 'Shown whole. Your look is in the audit log.'
          : denied
            ? `Seeing hidden values needs the role ${error.requiredRole ?? 'admin'}. Ask an admin to give it to you.`
            : error
              ? `Could not be shown: ${error.message}`
              : 'Rules hide values of this job; each stands here as [redacted]. Seeing them is a permission of its own and is written to the audit log.'}
      </span>
      {revealed ? (
        <button type="button" className="btn btn-sm" onClick={onHide}>
          <Icon icon={EyeOff} small />
          Hide again
        </button>
      ) : (
        !denied && (
          <button type="button" className="btn btn-sm" disabled={loading} onClick={onReveal}>
            <Icon icon={Eye} small />
            {loading ? 'Asking…' : 'Show hidden values'}
          </button>
        )
      )}
    </section>
  );
}
