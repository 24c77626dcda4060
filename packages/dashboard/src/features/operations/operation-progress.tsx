import '../../styles/operations.css';
import type { OperationSummary } from '@drover/contract';
import { useState } from 'react';
import { canaryWords, isOver, operationCounts, operationPercent, operationTitle } from '../../models/operations';
import { Link } from '../../router/link';
import { operationPath } from '../../router/routes';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { OperationState } from './operation-state';

export interface OperationProgressProps {
  operation: OperationSummary;
  onCancel: () => Promise<unknown>;
  /** Given: it can be put away, and leads to its page. */
  onDismiss?: () => void;
}

/** How far an operation is, with a way to stop it; over, how it ended. */
export function OperationProgress({ operation, onCancel, onDismiss }: OperationProgressProps) {
  const [asking, setAsking] = useState(false);
  const percent = operationPercent(operation);
  const { message, cancelRequestedAt } = operation;
  const canary = canaryWords(operation);
  return (
    <section className="operation" aria-label={operationTitle(operation)}>
      <OperationState operation={operation} />
      <div className="operation-what">
        <p>
          <b>{operationTitle(operation)}</b> <span className="text-text-2">{operationCounts(operation)}</span>
        </p>
        <progress className="operation-bar" max={100} value={percent} aria-label="Progress" />
        {canary && <p>{canary}</p>}
        {message && <p className="line-2">{message}</p>}
      </div>
      <div className="operation-actions">
        {!isOver(operation) && (
          <button
            type="button"
            className="btn btn-sm"
            disabled={cancelRequestedAt !== undefined}
            onClick={() => setAsking(true)}
          >
            {cancelRequestedAt ? 'Cancelling…' : 'Cancel…'}
          </button>
        )}
        {onDismiss && (
          <>
            <Link className="btn btn-sm" to={operationPath(operation.id)}>
              Details
            </Link>
            {isOver(operation) && (
              <button type="button" className="btn btn-sm btn-ghost" onClick={onDismiss}>
                Put away
              </button>
            )}
          </>
        )}
      </div>
      {asking && (
        <ConfirmDialog
          title="Stop this operation?"
          confirmLabel="Stop it"
          busyLabel="Stopping…"
          cancelLabel="Let it go on"
          onConfirm={onCancel}
          onClose={() => setAsking(false)}
        >
          It stops after the batch at hand. What it has done so far stays done.
        </ConfirmDialog>
      )}
    </section>
  );
}
