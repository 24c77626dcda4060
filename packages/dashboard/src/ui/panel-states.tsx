import { isApiError } from '@drover/client';
import { CircleX, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { Icon } from './icon';

/** A line of nothing yet; as high as the line it stands for, so that nothing moves when that comes. */
export function Skeleton({ className = '' }: { className?: string }) {
  return <span aria-hidden="true" className={`skeleton ${className}`} />;
}

export interface PanelErrorProps {
  message: string;
  onRetry?: () => void;
}

export function PanelError({ message, onRetry }: PanelErrorProps) {
  return (
    <div className="panel-state" role="alert">
      <Icon icon={CircleX} className="text-critical" />
      <p>{message}</p>
      {onRetry && (
        <button type="button" className="btn btn-sm" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

/** Why a panel has no data: words for the refusals that a person can do something about. */
export function QueryError({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (isApiError(error, 'forbidden')) {
    return (
      <div className="panel-state" role="alert">
        <Icon icon={Lock} className="text-text-2" />
        <p>
          {error.requiredRole
            ? `This needs the role ${error.requiredRole}. Ask an admin to give it to you.`
            : error.message}
        </p>
      </div>
    );
  }
  return <PanelError message={error.message} onRetry={onRetry} />;
}

/** What this is, why it is empty, what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="panel-state">
      <p className="font-semibold">{title}</p>
      {children !== undefined && <div className="text-text-2">{children}</div>}
    </div>
  );
}
