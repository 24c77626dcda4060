import '../styles/forms.css';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Dialog } from './dialog';
import { FieldProblem } from './field';

export interface ConfirmDialogProps {
  /** The question: "Remove 214 failed jobs of payments?". */
  title: string;
  /** What it will touch, and what it will not. */
  children?: ReactNode;
  /** The verb: "Remove 214 jobs". */
  confirmLabel: string;
  /** On the button while it is done: "Removing…". */
  busyLabel?: string;
  cancelLabel?: string;
  /** Nothing can bring it back: the button is red, and the focus starts at Cancel. */
  danger?: boolean;
  /** Not yet: a field of the dialog is not filled in. */
  disabled?: boolean;
  /** Done when it resolves, and then closed; a rejection is shown, and one may try again. */
  onConfirm: () => unknown | Promise<unknown>;
  onClose: () => void;
}

/** Asks once. Cannot be sent twice, nor closed while it is being done. */
export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  busyLabel = `${confirmLabel}…`,
  cancelLabel = 'Cancel',
  danger = false,
  disabled = false,
  onConfirm,
  onClose,
}: ConfirmDialogProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const cancel = useRef<HTMLButtonElement>(null);
  const open = useRef(true);
  useEffect(() => {
    open.current = true;
    if (danger) cancel.current?.focus();
    return () => {
      open.current = false;
    };
  }, [danger]);

  const confirm = async () => {
    if (busy || disabled) return;
    setBusy(true);
    setProblem(undefined);
    try {
      await onConfirm();
      if (open.current) onClose();
    } catch (error) {
      if (!open.current) return;
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };

  return (
    <Dialog label={title} className="dialog-confirm" onClose={() => !busy && onClose()}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void confirm();
        }}
      >
        <h2 className="confirm-title">{title}</h2>
        {children !== undefined && <div className="confirm-body">{children}</div>}
        {problem && <FieldProblem>{problem}</FieldProblem>}
        <div className="confirm-foot">
          <button ref={cancel} type="button" className="btn" disabled={busy} onClick={onClose}>
            {cancelLabel}
          </button>
          <button type="submit" className={`btn ${danger ? 'btn-danger' : 'btn-primary'}`} disabled={busy || disabled}>
            {busy ? busyLabel : confirmLabel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
