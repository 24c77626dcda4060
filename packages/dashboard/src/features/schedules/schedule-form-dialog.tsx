import { type FormEvent, useId, useRef, useState } from 'react';
import { cronWords } from '../../models/cron-words';
import { type FormProblems, noProblems, problemsOfError } from '../../models/form-problems';
import { instantOfLocal, localOfInstant } from '../../models/local-time';
import {
  type EveryUnit,
  newSchedule,
  type ReadSchedule,
  type ScheduleField,
  type ScheduleTexts,
  scheduleFields,
} from '../../models/schedule-form';
import { viewerZone } from '../../models/schedules';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Dialog } from '../../ui/dialog';
import { Field, FieldProblem } from '../../ui/field';
import { NumberField, SelectField, TextField } from '../../ui/inputs';
import { Segmented } from '../../ui/segmented';

export interface ScheduleFormDialogProps<Request extends object> {
  /** The schedule as it was; absent for a new one. */
  before?: ScheduleTexts | undefined;
  queueNames: readonly string[];
  /** Of a new one. */
  queueName?: string | undefined;
  read: (texts: ScheduleTexts, before: ScheduleTexts) => ReadSchedule<Request>;
  onSave: (request: Request) => Promise<unknown>;
  onClose: () => void;
}

const unitWords: Record<EveryUnit, string> = { s: 'seconds', min: 'minutes', h: 'hours', d: 'days' };
const everyUnit = Object.entries(unitWords).map(([value, label]) => ({ value: value as EveryUnit, label }));

/** Adds or edits a schedule. What a pattern means is said while it is typed; what is refused stays in the form. */
export function ScheduleFormDialog<Request extends object>(props: ScheduleFormDialogProps<Request>) {
  const { queueNames, read, onSave, onClose } = props;
  const isNew = props.before === undefined;
  const [before] = useState(props.before ?? { ...newSchedule, queueName: props.queueName ?? queueNames[0] ?? '' });
  const [texts, setTexts] = useState(before);
  const [problems, setProblems] = useState<FormProblems>(noProblems);
  const [busy, setBusy] = useState(false);
  const [leaving, setLeaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const zones = useId();
  const dirty = scheduleFields.some((path) => texts[path] !== before[path]);
  const title = isNew ? 'Add a schedule' : `Edit the schedule ${before.scheduleId}`;

  const change = (path: ScheduleField, text: string) => {
    setTexts({ ...texts, [path]: text });
    const { [path]: _fixed, ...others } = problems.fields;
    setProblems({ fields: others });
  };
  const field = (path: ScheduleField) => ({
    value: texts[path],
    problem: problems.fields[path],
    disabled: busy,
    onChange: (text: string) => change(path, text),
  });
  const focusProblem = () =>
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    const { problems: found, request } = read(texts, before);
    if (request === undefined || Object.keys(request).length === 0) {
      const nothing = Object.keys(found).length === 0;
      setProblems({ fields: found, ...(nothing && { form: 'Nothing is changed yet.' }) });
      focusProblem();
      return;
    }
    setBusy(true);
    setProblems(noProblems);
    try {
      await onSave(request);
      onClose();
    } catch (error) {
      setProblems(problemsOfError(error, scheduleFields));
      setBusy(false);
      focusProblem();
    }
  };
  const close = () => {
    if (busy) return;
    if (dirty) setLeaving(true);
    else onClose();
  };
  const words = cronWords(texts.pattern);

  return (
    <>
      <Dialog label={title} className="dialog-confirm dialog-job" onClose={close}>
        <form ref={form} noValidate onSubmit={(event) => void save(event)}>
          <h2 className="confirm-title">{title}</h2>
          {isNew && (
            <div className="form-grid">
              <SelectField
                label="Queue"
                {...field('queueName')}
                options={queueNames.map((name) => ({ value: name, label: name }))}
              />
              <TextField label="Id" placeholder="nightly-report" maxLength={200} {...field('scheduleId')} />
            </div>
          )}
          <TextField label="Name of its jobs" placeholder="report" maxLength={200} {...field('jobName')} />
          <Segmented
            label="When it runs"
            value={texts.kind}
            options={[
              { value: 'cron', label: 'By a pattern' },
              { value: 'every', label: 'Every so often' },
            ]}
            onChange={(kind) => change('kind', kind)}
          />
          {texts.kind === 'cron' ? (
            <div className="form-grid">
              <TextField
                label="Cron pattern"
                placeholder="0 3 * * *"
                maxLength={200}
                spellCheck={false}
                hint={words ?? 'Minute, hour, day, month, weekday; with seconds first where there are six.'}
                {...field('pattern')}
              />
              <TextField
                label="Time zone"
                placeholder="of the worker"
                maxLength={100}
                spellCheck={false}
                list={zones}
                hint={`Yours is ${viewerZone()}.`}
                {...field('tz')}
              />
              <datalist id={zones}>
                {Intl.supportedValuesOf('timeZone').map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </div>
          ) : (
            <div className="form-grid">
              <NumberField label="Every" {...field('everyMs')} />
              <SelectField<EveryUnit>
                label="Unit"
                value={texts.unit as EveryUnit}
                options={everyUnit}
                onChange={(unit) => change('unit', unit)}
                disabled={busy}
              />
            </div>
          )}
          <div className="form-grid">
            {(['startAt', 'endAt'] as const).map((path) => (
              <Field key={path} label={path === 'startAt' ? 'Not before' : 'Not after'} problem={problems.fields[path]}>
                {(control) => (
                  <input
                    {...control}
                    type="datetime-local"
                    disabled={busy}
                    value={localOfInstant(texts[path])}
                    onChange={(event) => change(path, instantOfLocal(event.target.value))}
                  />
                )}
              </Field>
            ))}
            <NumberField label="Runs at most" placeholder="no end" {...field('limit')} />
            <NumberField
              label="Attempts of each"
              placeholder={isNew ? 'the queue’s' : 'as they are'}
              {...field('attempts')}
            />
            <NumberField label="Priority of each" placeholder={isNew ? 'none' : 'as it is'} {...field('priority')} />
          </div>
          <Field
            label="Payload, JSON"
            hint={isNew ? undefined : 'Empty: its payload stays as it is.'}
            problem={problems.fields.data}
          >
            {(control) => (
              <textarea
                {...control}
                className="payload-text"
                rows={5}
                spellCheck={false}
                disabled={busy}
                value={texts.data}
                onChange={(event) => change('data', event.target.value)}
              />
            )}
          </Field>
          {problems.form && <FieldProblem>{problems.form}</FieldProblem>}
          <div className="confirm-foot">
            <button type="button" className="btn" disabled={busy} onClick={close}>
              Cancel
            </button>
            <button type="submit" className="btn btn-primary" disabled={busy}>
              {busy ? 'Saving…' : isNew ? 'Add the schedule' : 'Save'}
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
