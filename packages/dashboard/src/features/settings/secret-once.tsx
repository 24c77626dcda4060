import { Copy } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Field } from '../../ui/field';

export interface SecretOnceProps {
  title: string;
  label: string;
  secret: string;
  children: ReactNode;
  onClose: () => void;
}

/** Shows what is told once. Only its button closes it: a click beside it must not lose the secret. */
export function SecretOnce({ title, label, secret, children, onClose }: SecretOnceProps) {
  const [copied, setCopied] = useState(false);
  return (
    <Dialog label={title} className="dialog-confirm" onClose={() => undefined}>
      <div className="secret-once">
        <h2 className="confirm-title">{title}</h2>
        <Field label={label} hint={copied ? 'Copied.' : children}>
          {(control) => (
            <span className="secret-row">
              <input {...control} readOnly value={secret} onFocus={(event) => event.currentTarget.select()} />
              <IconButton
                icon={Copy}
                label={`Copy the ${label.toLowerCase()}`}
                onClick={() => void navigator.clipboard?.writeText(secret).then(() => setCopied(true))}
              />
            </span>
          )}
        </Field>
        <div className="confirm-foot">
          <button type="button" className="btn btn-primary" onClick={onClose}>
            I have it
          </button>
        </div>
      </div>
    </Dialog>
  );
}
