import { type ReactNode, useId } from 'react';
import { PanelBoundary } from './panel-boundary';

export interface PanelProps {
  title: string;
  /** Beside the title, lighter: a count, a unit. */
  meta?: ReactNode;
  actions?: ReactNode;
  footer?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A titled region; a crash inside stays inside. */
export function Panel({ title, meta, actions, footer, className = '', children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{title}</h2>
        {meta !== undefined && <span className="meta">{meta}</span>}
        {actions !== undefined && <span className="actions">{actions}</span>}
      </div>
      <PanelBoundary title={title}>{children}</PanelBoundary>
      {footer !== undefined && <div className="panel-foot">{footer}</div>}
    </section>
  );
}
