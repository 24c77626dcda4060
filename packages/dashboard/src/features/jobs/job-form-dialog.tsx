import { type FormEvent, useRef, useState } from 'react';
import { type FormProblems, noProblems, problemsOfError } from '../../models/form-problems';
import {
  emptyJob,
  type JobFormPath,
  type JobTexts,
  jobFormPaths,
  jsonProblem,
  prettyJson,
  type ReadJobForm,
} from '../../models/job-form';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Dialog } from '../../ui/dialog';
import { Field, FieldProblem } from '../../ui/field';
import { NumberField, SelectField, Switch, TextField } from '../../ui/inputs';

export interface JobFormDialogProps<Request> {
  title: string;
  intro?: string;
  submitLabel: string;
  busyLabel: string;
  /** What the form begins with; a form over nothing begins empty. */
  before?: JobTexts;
  /** Which fields it has, beside the payload. */
  fields: readonly JobFormPath[];
  /** Why the payload cannot be edited here; then it is left as it is. */
  payloadNote?: string | undefined;
  /** JSON Schema that payloads of the queue must fit, where there is one. */
  schema?: Readonly<Record<string, unknown>> | undefined;
  /** Given: a choice of queues. */
  queue?: { value: string; names: readonly string[]; onChange: (name: string) => void };
  /** Given: a switch, and how it begins. */
  runAgain?: { label: string; hint: string } | undefined;
  read: (texts: JobTexts, before: JobTexts, runAgain: boolean) => ReadJobForm<Request>;
  onSubmit: (request: Request) => Promise<unknown>;
  onClose: () => void;
}

/** Adds, edits or copies a job: the payload as JSON, checked as it is left; what is refused stays in the form. */
export function JobFormDialog<Request>(props: JobFormDialogProps<Request>) {
  const { title, fields, payloadNote, queue, runAgain, read, onSubmit, onClose } = props;
  // The job may go on meanwhile: what is edited is what was opened.
  const [before] = useState(props.before ?? emptyJob);
  const [texts, setTexts] = useState(before);
  const [again, setAgain] = useState(runAgain !== undefined);
  const [problems, setProblems] = useState<FormProblems>(noProblems);
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const dirty = jobFormPaths.some((path) => texts[path] !== before[path]);

  const change = (path: JobFormPath, text: string) => {
    setTexts({ ...texts, [path]: text });
    const { [path]: _fixed, ...others } = problems.fields;
    setProblems({ fields: others });
  };
  const field = (path: JobFormPath) => ({
    value: texts[path],
    problem: problems.fields[path],
    disabled: busy,
    onChange: (text: string) => change(path, text),
  });
  const focusProblem = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const { problems: found, request } = read(texts, before, again);
    if (request === undefined) {
      const nothing = Object.keys(found).length === 0;
      setProblems({ fields: found, ...(nothing && { form: 'Nothing is changed yet.' }) });
      focusProblem();
      return;
    }
    setBusy(true);
    setProblems(noProblems);
    try {
      await onSubmit(request);
      onClose();
    } catch (error) {
      setProblems(problemsOfError(error, jobFormPaths));
      setBusy(false);
      focusProblem();
    }
  };
  const close = () => {
    if (busy) return;
    if (dirty) setLeaving(true);
    else onClose();
  };

  return (
    <>
      <Dialog label={title} className="dialog-confirm dialog-job" onClose={close}>
        <form ref={form} noValidate onSubmit={(event) => void submit(event)}>
          <h2 className="confirm-title">{title}</h2>
          {props.intro && <p className="confirm-body">{props.intro}</p>}
          {queue && (
            <SelectField
              label="Queue"
              value={queue.value}
              options={queue.names.map((name) => ({ value: name, label: name }))}
              onChange={queue.onChange}
              disabled={busy}
            />
          )}
          {fields.includes('name') && <TextField label="Name" maxLength={500} {...field('name')} />}
          {payloadNote === undefined ? (
            <Payload {...field('data')} onTidy={() => change('data', tidy(texts.data))} />
          ) : (
            <p className="field-hint payload-note">{payloadNote}</p>
          )}
          {props.schema && payloadNote === undefined && (
            <details className="payload-schema">
              <summary>It must fit this queue’s JSON Schema</summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
              <section className="job-text" tabIndex={0} aria-label="JSON Schema">
                <pre>{prettyJson(props.schema)}</pre>
              </section>
            </details>
          )}
          <div className="form-grid">
            {fields.includes('options.jobId') && (
              <TextField label="Id" placeholder="BullMQ's next number" maxLength={512} {...field('options.jobId')} />
            )}
            {fields.includes('options.priority') && (
              <NumberField
                label="Priority"
                placeholder="none"
                hint="1 is the most urgent, 0 none."
                {...field('options.priority')}
              />
            )}
            {fields.includes('options.delay') && (
              <NumberField label="Delay" unit="s" placeholder="none" hint="From now." {...field('options.delay')} />
            )}
            {fields.includes('options.attempts') && (
              <NumberField label="Attempts" placeholder="the queue's" {...field('options.attempts')} />
            )}
            {fields.includes('options.backoff.type') && (
              <SelectField
                label="Between attempts"
                {...field('options.backoff.type')}
                options={[
                  { value: '', label: 'As the queue has it' },
                  { value: 'fixed', label: 'The same wait' },
                  { value: 'exponential', label: 'Twice as long each time' },
                ]}
              />
            )}
            {texts['options.backoff.type'] !== '' && (
              <NumberField label="First wait" unit="s" placeholder="0" {...field('options.backoff.delay')} />
            )}
          </div>
          {runAgain && <Switch {...runAgain} checked={again} onChange={setAgain} disabled={busy} />}
          {problems.form && <FieldProblem>{problems.form}</FieldProblem>}
          <div className="confirm-foot">
            <button type="button" className="btn" disabled={busy} onClick={close}>
              Cancel
            </button>
            <button type="submit" className="btn btn-primary" disabled={busy}>
              {busy ? props.busyLabel : props.submitLabel}
            </button>
          </div>
        </form>
      </Dialog>
      {leaving && (
        <ConfirmDialog
          title="Discard what you typed?"
          confirmLabel="Discard"
          cancelLabel="Keep editing"
          danger
          onConfirm={onClose}
          onClose={() => setLeaving(false)}
        />
      )}
    </>
  );
}

interface PayloadProps {
  value: string;
  problem: string | undefined;
  disabled: boolean;
  onChange: (text: string) => void;
  onTidy: () => void;
}

function Payload({ value, problem, disabled, onChange, onTidy }: PayloadProps) {
  const [left, setLeft] = useState(false);
  return (
    <div className="payload">
      <Field label="Payload, JSON" problem={problem ?? (left ? jsonProblem(value) : undefined)}>
        {(control) => (
          <textarea
            {...control}
            className="payload-text"
            rows={Math.min(16, Math.max(6, value.split('\n').length))}
            spellCheck={false}
            autoComplete="off"
            disabled={disabled}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            onBlur={() => setLeft(true)}
          />
        )}
      </Field>
      <button type="button" className="btn btn-sm btn-ghost payload-tidy" disabled={disabled} onClick={onTidy}>
        Tidy up
      </button>
    </div>
  );
}

function tidy(text: string): string {
  try {
    return prettyJson(JSON.parse(text));
  } catch {
    return text;
  }
}
