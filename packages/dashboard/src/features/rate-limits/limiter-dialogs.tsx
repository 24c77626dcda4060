import type { UpdateRateLimitRequest } from '@drover/contract';
import { useState } from 'react';
import { problemsOfError } from '../../models/form-problems';
import { isBuiltIn, limiterNameProblem, readWindows, windowNames, windowWords } from '../../models/rate-limits';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { NumberField, TextField } from '../../ui/inputs';

export interface AddLimiterProps {
  taken: readonly string[];
  onAdd: (limiterName: string, update: UpdateRateLimitRequest) => Promise<unknown>;
  onClose: () => void;
}

export function AddLimiter({ taken, onAdd, onClose }: AddLimiterProps) {
  const [name, setName] = useState('');
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [asked, setAsked] = useState(false);
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({});
  const { fields, update } = readWindows(texts, {});
  const nameProblem = limiterNameProblem(name, taken);
  const problems: Readonly<Record<string, string>> = asked ? { ...refused, ...fields } : refused;
  const add = async () => {
    setAsked(true);
    if (nameProblem !== undefined || Object.keys(fields).length > 0)
      throw new Error('There is something to fix above.');
    try {
      await onAdd(name.trim(), update);
    } catch (error) {
      const found = problemsOfError(error, windowNames);
      setRefused(found.fields);
      throw new Error(found.form ?? 'There is something to fix above.');
    }
  };
  return (
    <ConfirmDialog title="Add a limiter" confirmLabel="Add" busyLabel="Adding…" onConfirm={add} onClose={onClose}>
      <p>
        It binds the jobs that ask it: by <code>limiter</code> of their queue in the configuration, or within a handler.
      </p>
      <TextField
        label="Name"
        value={name}
        onChange={setName}
        problem={asked ? nameProblem : undefined}
        maxLength={100}
      />
      <div className="form-grid">
        {windowNames.map((window) => (
          <NumberField
            key={window}
            label={windowWords[window].replace(/^p/, 'P')}
            placeholder="no limit"
            value={texts[window] ?? ''}
            problem={problems[window]}
            onChange={(text) => {
              setTexts({ ...texts, [window]: text });
              setRefused({});
            }}
          />
        ))}
      </div>
    </ConfirmDialog>
  );
}

export interface RemoveLimiterProps {
  limiterName: string;
  onRemove: () => Promise<unknown>;
  onClose: () => void;
}

/** Back to the configuration, or gone where the configuration knows no such limiter. */
export function RemoveLimiter({ limiterName, onRemove, onClose }: RemoveLimiterProps) {
  const reset = isBuiltIn(limiterName);
  return (
    <ConfirmDialog
      title={reset ? `Reset ${limiterName}?` : `Delete ${limiterName}?`}
      confirmLabel={reset ? 'Reset' : 'Delete'}
      busyLabel={reset ? 'Resetting…' : 'Deleting…'}
      danger={!reset}
      onConfirm={onRemove}
      onClose={onClose}
    >
      {reset
        ? 'What was changed here is taken back; its windows are again as the configuration has them.'
        : 'A limiter of the configuration goes back to that; any other is gone, and jobs that ask it are no longer limited.'}
    </ConfirmDialog>
  );
}
