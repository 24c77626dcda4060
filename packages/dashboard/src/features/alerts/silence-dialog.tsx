import type { AlertKind, CreateAlertSilenceRequest } from '@drover/contract';
import { type FormEvent, useRef, useState } from 'react';
import { alertKinds, alertKindWords } from '../../models/alerts';
import { type FormProblems, hasProblems, noProblems, problemsOfError } from '../../models/form-problems';
import {
  newSilence,
  type SilenceDraft,
  type SilenceSpan,
  scopeWords,
  silenceProblems,
  silenceRequest,
  silenceSpans,
} from '../../models/silence-form';
import { Dialog } from '../../ui/dialog';
import { Field, FieldProblem } from '../../ui/field';
import { SelectField, TextField } from '../../ui/inputs';

export interface SilenceDialogProps {
  /** What it is about to begin with: an alert's queue and kind. */
  initial?: Partial<SilenceDraft>;
  queueNames: readonly string[];
  nowMs: number;
  onCreate: (request: CreateAlertSilenceRequest) => Promise<unknown>;
  onClose: () => void;
}

const spans = Object.entries(silenceSpans).map(([value, { words }]) => ({ value: value as SilenceSpan, label: words }));

/** Adds a silence: what it covers, until when, and why. */
export function SilenceDialog({ initial, queueNames, nowMs, onCreate, onClose }: SilenceDialogProps) {
  const [draft, setDraft] = useState<SilenceDraft>({ ...newSilence, ...initial });
  const [problems, setProblems] = useState<FormProblems>(noProblems);
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const change = (changes: Partial<SilenceDraft>) => {
    setDraft({ ...draft, ...changes });
    const { [Object.keys(changes)[0] ?? '']: _fixed, ...fields } = problems.fields;
    setProblems({ fields });
  };

  const send = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const found = silenceProblems(draft, nowMs);
    setProblems(found);
    if (hasProblems(found)) {
      form.current?.querySelector<HTMLElement>(found.fields.until ? '[name=until]' : '[name=why]')?.focus();
      return;
    }
    setBusy(true);
    try {
      await onCreate(silenceRequest(draft, nowMs));
      onClose();
    } catch (error) {
      setProblems(problemsOfError(error, ['queueName', 'kind', 'until', 'why']));
      setBusy(false);
    }
  };

  const names =
    draft.queueName && !queueNames.includes(draft.queueName) ? [draft.queueName, ...queueNames] : queueNames;
  return (
    <Dialog label="Add a silence" className="dialog-confirm" onClose={() => !busy && onClose()}>
      <form ref={form} noValidate onSubmit={(event) => void send(event)}>
        <h2 className="confirm-title">Add a silence</h2>
        <SelectField
          label="Queue"
          value={draft.queueName}
          problem={problems.fields.queueName}
          options={[{ value: '', label: 'Every queue' }, ...names.map((name) => ({ value: name, label: name }))]}
          onChange={(queueName) => change({ queueName })}
        />
        <SelectField<AlertKind | ''>
          label="Type"
          value={draft.kind}
          problem={problems.fields.kind}
          options={[
            { value: '', label: 'Every type' },
            ...alertKinds.map((value) => ({ value, label: alertKindWords[value] })),
          ]}
          onChange={(kind) => change({ kind })}
        />
        <SelectField
          label="For"
          value={draft.span}
          problem={draft.span === 'until' ? undefined : problems.fields.until}
          options={spans}
          onChange={(span) => change({ span })}
        />
        {draft.span === 'until' && (
          <Field label="Until, by this computer’s time zone" problem={problems.fields.until}>
            {(control) => (
              <input
                {...control}
                type="datetime-local"
                name="until"
                value={draft.until}
                onChange={(event) => change({ until: event.target.value })}
              />
            )}
          </Field>
        )}
        <TextField
          label="Why"
          name="why"
          value={draft.why}
          problem={problems.fields.why}
          maxLength={600}
          placeholder="Deployment of 2.41.0"
          onChange={(why) => change({ why })}
        />
        <p className="field-hint">
          Silenced: {scopeWords(draft)}. They still fire and are shown; nobody is told until it ends.
        </p>
        {problems.form && <FieldProblem>{problems.form}</FieldProblem>}
        <div className="confirm-foot">
          <button type="button" className="btn" disabled={busy} onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn btn-primary" disabled={busy}>
            {busy ? 'Adding…' : 'Add silence'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
