import { isApiError } from '@drover/client';
import type { AlertThresholdsResponse, UpdateAlertThresholdsRequest } from '@drover/contract';
import { Undo2 } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import { type FormProblems, hasProblems, noProblems, problemsOfError } from '../../models/form-problems';
import { plural } from '../../models/format';
import {
  changeOf,
  emptyDraft,
  isChanged,
  problemsOf,
  shownText,
  type ThresholdField,
  takeBack,
  thresholdPairs,
  thresholdPaths,
  thresholdSingles,
  typed,
} from '../../models/thresholds-form';
import { setParams } from '../../router/location';
import { IconButton } from '../../ui/button';
import { ConflictNotice } from '../../ui/conflict-notice';
import { FieldProblem } from '../../ui/field';
import { FormFoot } from '../../ui/form-foot';
import { NumberField, SelectField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';
import { UnsavedGuard } from '../../ui/unsaved-guard';

export interface ThresholdsPanelProps {
  /** Undefined: those that hold for every queue without its own. */
  queueName: string | undefined;
  queueNames: readonly string[];
  thresholds: AlertThresholdsResponse | undefined;
  error: Error | null;
  onRetry: () => void;
  /** `basedOn`: what the change was made against; undefined to save over whatever holds by now. */
  onSave: (
    body: UpdateAlertThresholdsRequest,
    change: { basedOn: AlertThresholdsResponse | undefined },
  ) => Promise<unknown>;
  /** Reads them anew; resolves when that is done. */
  onReload: () => Promise<unknown>;
}

/** When something is wrong with a queue: the limits for all, and those of one. */
export function ThresholdsPanel(props: ThresholdsPanelProps) {
  const { queueName, queueNames, thresholds, error, onRetry } = props;
  const names = queueName === undefined || queueNames.includes(queueName) ? queueNames : [queueName, ...queueNames];
  return (
    <Panel
      title="Thresholds"
      meta={thresholds && `${plural(thresholds.overrides.length, 'limit')} set here`}
      actions={
        <div className="scope-picker">
          <SelectField
            label={<span className="sr-only">Thresholds of</span>}
            value={queueName ?? ''}
            options={[
              { value: '', label: 'All queues (defaults)' },
              ...names.map((name) => ({ value: name, label: name })),
            ]}
            onChange={(name) => setParams({ queue: name || undefined })}
          />
        </div>
      }
    >
      {!thresholds && error && <QueryError error={error} onRetry={onRetry} />}
      {!thresholds && !error && <ThresholdsSkeleton />}
      {thresholds && <ThresholdsForm key={queueName ?? ''} {...props} thresholds={thresholds} />}
    </Panel>
  );
}

function ThresholdsForm({
  queueName,
  thresholds: newest,
  onSave,
  onReload,
}: ThresholdsPanelProps & { thresholds: AlertThresholdsResponse }) {
  const [draft, setDraft] = useState(emptyDraft);
  // A refetch in the middle of an edit must not change what "was" means, nor the version that is sent.
  const [based, setBased] = useState(newest);
  const [refused, setRefused] = useState<FormProblems>(noProblems);
  const [conflict, setConflict] = useState(false);
  const [saving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changed = isChanged(draft);
  const held = changed ? based : newest;
  const found = problemsOf(draft, held);
  const fields = { ...refused.fields, ...found.fields };

  const edit = (next: typeof draft) => {
    if (!changed) setBased(newest);
    setDraft(next);
    setRefused(noProblems);
  };
  const reset = () => {
    setDraft(emptyDraft);
    setRefused(noProblems);
    setConflict(false);
  };
  const save = async (overwrite: boolean) => {
    if (saving || !changed) return;
    if (hasProblems(found)) {
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    setSaving(true);
    try {
      await onSave(changeOf(draft), { basedOn: overwrite ? undefined : held });
      reset();
    } catch (error) {
      if (isApiError(error, 'conflict')) {
        setConflict(true);
        await onReload().catch(() => undefined);
      } else setRefused(problemsOfError(error, thresholdPaths));
    } finally {
      setSaving(false);
    }
  };

  const control = (field: ThresholdField, label: string, unit: string, hint?: string) => {
    const back = draft.takenBack.includes(field.path);
    const isSet = held.overrides.includes(field.path);
    const text = draft.texts[field.path];
    return (
      <div className="threshold-control" key={field.path}>
        <NumberField
          className={text !== undefined || back ? 'field-changed' : ''}
          label={label}
          unit={unit}
          hint={
            back
              ? 'Goes back to the configuration.'
              : text !== undefined
                ? `was ${shownText(emptyDraft, held, field)}`
                : hint
          }
          problem={fields[field.path]}
          value={back ? '' : shownText(draft, held, field)}
          placeholder={back ? 'configuration' : ''}
          onChange={(value) => edit(typed(draft, held, field, value))}
        />
        {(isSet || back) && (
          <IconButton
            icon={Undo2}
            small
            className={back ? 'threshold-back threshold-back-on' : 'threshold-back'}
            aria-pressed={back}
            label={`Take back ${label}, so that the configuration holds`}
            onClick={() => edit(takeBack(draft, field.path))}
          />
        )}
      </div>
    );
  };

  return (
    <form
      ref={form}
      noValidate
      data-save-shortcut
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save(false);
      }}
    >
      <UnsavedGuard when={changed} what="the thresholds" params={['queue', 'tab']} />
      {conflict && (
        <ConflictNotice
          what="the thresholds"
          onTakeTheirs={() => {
            setBased(newest);
            reset();
          }}
          onKeepMine={() => {
            setConflict(false);
            void save(true);
          }}
        >
          {theirChanges(based, newest)}
        </ConflictNotice>
      )}
      <p className="form-lead">
        {queueName === undefined
          ? 'They hold for every queue that has no limit of its own, in the configuration or here.'
          : `They hold for ${queueName} alone. What is not set for it follows the defaults.`}
      </p>
      <div className="threshold-rows">
        {thresholdPairs.map(({ field, label, unit, hint, warning, critical }) => (
          <fieldset key={field} className="threshold-row">
            <legend className="sr-only">{label}</legend>
            <div className="threshold-name">
              <span className="font-semibold">{label}</span>
              <span className="line-2 block">{hint}</span>
            </div>
            {control(warning, 'Warning', unit)}
            {control(critical, 'Critical', unit)}
          </fieldset>
        ))}
      </div>
      <section className="form-section" aria-label="When somebody is told">
        <h3>When somebody is told</h3>
        <div className="form-grid">
          {thresholdSingles.map((field) => control(field, field.label, field.unit, field.hint))}
        </div>
      </section>
      {refused.form && (
        <div className="px-3 py-2">
          <FieldProblem>{refused.form}</FieldProblem>
        </div>
      )}
      <FormFoot
        changed={changed}
        problems={Object.keys(fields).length}
        saving={saving}
        onDiscard={reset}
        note="A change holds within a second, for health and alerts."
      />
    </form>
  );
}

/** What they changed, in words; undefined where it is not to be seen in what holds. */
function theirChanges(before: AlertThresholdsResponse, now: AlertThresholdsResponse): string | undefined {
  const labels = [
    ...thresholdPairs.flatMap(({ label, unit, warning, critical }) => [
      { field: warning, name: `${label}, warning`, unit },
      { field: critical, name: `${label}, critical`, unit },
    ]),
    ...thresholdSingles.map((field) => ({ field, name: field.label, unit: field.unit })),
  ];
  const changes = labels.flatMap(({ field, name, unit }) => {
    const [was, is] = [before, now].map((held) => shownText(emptyDraft, held, field));
    return was === is ? [] : [`${name}: ${was} → ${is} ${unit}`];
  });
  return changes.length > 0 ? `They saved ${changes.join('; ')}. Your changes are still here.` : undefined;
}

function ThresholdsSkeleton() {
  return (
    <div className="grid gap-4 p-3" aria-hidden="true">
      {thresholdPairs.map(({ field }) => (
        <Skeleton key={field} className="h-8 w-full" />
      ))}
    </div>
  );
}
