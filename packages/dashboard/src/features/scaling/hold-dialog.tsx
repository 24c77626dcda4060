import type { ScalingPolicy, SetScalingHoldRequest } from '@drover/contract';
import { useState } from 'react';
import { readNumber } from '../../models/form-number';
import { problemsOfError } from '../../models/form-problems';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { NumberField, SelectField, TextField } from '../../ui/inputs';

export interface HoldDialogProps {
  policy: ScalingPolicy;
  currentWorkers: number;
  onHold: (request: SetScalingHoldRequest) => Promise<unknown>;
  onClose: () => void;
}

const spans = [
  { value: '900', label: '15 minutes' },
  { value: '3600', label: '1 hour' },
  { value: '14400', label: '4 hours' },
  { value: '86400', label: '1 day' },
  { value: '604800', label: '7 days' },
] as const;

/** An order over the scaler: so many workers, for so long. */
export function HoldDialog({ policy, currentWorkers, onHold, onClose }: HoldDialogProps) {
  const { queueName, minWorkers, maxWorkers } = policy;
  const [text, setText] = useState(String(currentWorkers));
  const [seconds, setSeconds] = useState<(typeof spans)[number]['value']>('3600');
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState<string>();
  const { value, problem } = readNumber(text, { min: minWorkers, max: maxWorkers, whole: true });
  const hold = async () => {
    if (value === undefined) return;
    try {
      await onHold({ workers: value, seconds: Number(seconds), ...(reason.trim() && { reason: reason.trim() }) });
    } catch (error) {
      const { fields, form } = problemsOfError(error, ['workers']);
      setRefused(fields.workers);
      throw new Error(form ?? 'There is something to fix above.');
    }
  };
  return (
    <ConfirmDialog
      title={`Hold ${queueName}`}
      confirmLabel={value === undefined ? 'Hold' : `Hold at ${value}`}
      busyLabel="Holding…"
      disabled={problem !== undefined}
      onConfirm={hold}
      onClose={onClose}
    >
      <p>
        The scaler goes on deciding, and nobody acts on it until the hold ends. Workers in surplus finish their jobs.
      </p>
      <div className="form-grid">
        <NumberField
          label="Workers"
          value={text}
          hint={`${minWorkers} to ${maxWorkers}, as the policy allows.`}
          problem={problem ?? refused}
          onChange={(next) => {
            setText(next);
            setRefused(undefined);
          }}
        />
        <SelectField label="For" options={spans} value={seconds} onChange={setSeconds} />
      </div>
      <TextField
        label="Reason"
        value={reason}
        maxLength={500}
        onChange={setReason}
        hint="Told in the history and the audit log."
      />
    </ConfirmDialog>
  );
}
