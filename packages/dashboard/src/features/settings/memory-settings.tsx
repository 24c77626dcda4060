import { isApiError } from '@drover/client';
import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import { type FormEvent, useRef, useState } from 'react';
import { type FormProblems, hasProblems, noProblems, problemsOfError } from '../../models/form-problems';
import {
  type MemoryDraft,
  memoryChange,
  memoryFields,
  memoryPaths,
  memoryProblems,
  memoryText,
  typedMemory,
} from '../../models/memory-form';
import { ConflictNotice } from '../../ui/conflict-notice';
import { FieldProblem } from '../../ui/field';
import { FormFoot } from '../../ui/form-foot';
import { NumberField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';
import { UnsavedGuard } from '../../ui/unsaved-guard';

export interface MemorySettingsProps {
  config: MemoryConfiguration | undefined;
  error: Error | null;
  onRetry: () => void;
  onReload: () => Promise<unknown>;
  /** `basedOn`: undefined to save over whatever holds by now. */
  onSave: (body: UpdateMemoryConfigRequest, basedOn: MemoryConfiguration | undefined) => Promise<unknown>;
}

/** Defaults of every worker: its memory, and when it is replaced. */
export function MemorySettings({ config, error, onRetry, ...props }: MemorySettingsProps) {
  return (
    <Panel title="Memory and recycling" meta="of every worker">
      {!config && error && <QueryError error={error} onRetry={onRetry} />}
      {!config && !error && <Skeleton className="m-3 h-32" />}
      {config && <MemoryForm config={config} {...props} />}
    </Panel>
  );
}

function MemoryForm({
  config: newest,
  onReload,
  onSave,
}: Pick<MemorySettingsProps, 'onReload' | 'onSave'> & { config: MemoryConfiguration }) {
  const [draft, setDraft] = useState<MemoryDraft>({});
  const [based, setBased] = useState(newest);
  const [refused, setRefused] = useState<FormProblems>(noProblems);
  const [conflict, setConflict] = useState(false);
  const [saving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changed = Object.keys(draft).length > 0;
  const held = changed ? based : newest;
  const found = memoryProblems(draft, held);
  const fields = { ...refused.fields, ...found.fields };
  const reset = () => {
    setDraft({});
    setRefused(noProblems);
    setConflict(false);
  };
  const save = async (basedOn: MemoryConfiguration | undefined) => {
    if (saving || !changed) return;
    if (hasProblems(found)) {
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    setSaving(true);
    try {
      await onSave(memoryChange(draft), basedOn);
      reset();
    } catch (error) {
      if (isApiError(error, 'conflict')) {
        setConflict(true);
        await onReload().catch(() => undefined);
      } else setRefused(problemsOfError(error, memoryPaths));
    } finally {
      setSaving(false);
    }
  };
  return (
    <form
      ref={form}
      noValidate
      data-save-shortcut
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void save(held);
      }}
    >
      <UnsavedGuard when={changed} what="the memory settings" params={['tab']} />
      {conflict && (
        <ConflictNotice
          what="the memory settings"
          onTakeTheirs={reset}
          onKeepMine={() => {
            setConflict(false);
            void save(undefined);
          }}
        />
      )}
      <div className="form-section">
        <div className="form-grid">
          {memoryFields.map((field) => (
            <NumberField
              key={field.path}
              className={draft[field.path] === undefined ? '' : 'field-changed'}
              label={field.label}
              unit={field.unit}
              hint={draft[field.path] === undefined ? field.hint : `was ${memoryText({}, held, field.path)}`}
              problem={fields[field.path]}
              value={memoryText(draft, held, field.path)}
              onChange={(text) => {
                if (!changed) setBased(newest);
                setDraft(typedMemory(draft, held, field.path, text));
                setRefused(noProblems);
              }}
            />
          ))}
        </div>
      </div>
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
        note="Soft limits of single queues are under Workers & memory."
      />
    </form>
  );
}
