import '../styles/forms.css';
import { CircleX } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Icon } from './icon';

/** What a control must carry to be tied to its label, hint and problem. */
export interface FieldControl {
  readonly id: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
}

export interface FieldProps {
  label: ReactNode;
  /** What the value means, its bounds, its default; always in sight. */
  hint?: ReactNode;
  /** Why the value cannot be taken; announced when it comes. */
  problem?: string | undefined;
  className?: string | undefined;
  children: (control: FieldControl) => ReactNode;
}

/** A label, one control, and below it the hint and what is wrong. */
export function Field({ label, hint, problem, className = '', children }: FieldProps) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  return (
    <div className={`field ${className}`}>
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': problem !== undefined, 'aria-describedby': described || undefined })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
      {problem && <FieldProblem id={`${id}-problem`}>{problem}</FieldProblem>}
    </div>
  );
}

/** What is wrong, at a field or under a form. */
export function FieldProblem({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <p id={id} role="alert" className="field-error">
      <Icon icon={CircleX} small />
      <span>{children}</span>
    </p>
  );
}
