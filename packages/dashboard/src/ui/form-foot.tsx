import '../styles/forms.css';
import { CircleX } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { plural } from '../models/format';
import { Icon } from './icon';

export interface FormFootProps {
  changed: boolean;
  /** How many fields cannot be taken as they are. */
  problems: number;
  saving: boolean;
  saveLabel?: string;
  onDiscard: () => void;
  /** At rest: what holds, since when, by whom. */
  note?: ReactNode;
}

/** The foot of a form: what stands in the way, Discard, Save. Ctrl S or ⌘ S saves, from anywhere on the page. */
export function FormFoot({ changed, problems, saving, saveLabel = 'Save', onDiscard, note }: FormFootProps) {
  useEffect(() => {
    if (!changed) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 's' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      document.querySelector<HTMLFormElement>('form[data-save-shortcut]')?.requestSubmit();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [changed]);
  return (
    <div className="form-foot">
      <span role="status" className={problems > 0 ? 'form-foot-problem' : 'text-text-3'}>
        {problems > 0 ? (
          <>
            <Icon icon={CircleX} small />
            {plural(problems, 'field')} to fix before saving
          </>
        ) : (
          note
        )}
      </span>
      <button type="button" className="btn" disabled={!changed || saving} onClick={onDiscard}>
        Discard
      </button>
      <button type="submit" className="btn btn-primary" disabled={!changed || saving}>
        {saving ? 'Saving…' : saveLabel}
      </button>
    </div>
  );
}
