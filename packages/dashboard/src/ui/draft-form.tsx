import { isApiError } from '@drover/client';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type FormProblems, noProblems, problemsOfError } from '../models/form-problems';
import { ConflictNotice } from './conflict-notice';
import { FieldProblem } from './field';
import { FormFoot } from './form-foot';
import { UnsavedGuard } from './unsaved-guard';

/** Everything in a form is text, by the dotted path of the field in the request's body. */
export type Texts = Readonly<Record<string, string>>;

export interface DraftReading<Update> {
  /** What cannot be taken, by field. */
  readonly fields: Texts;
  /** Only what differs from the base. */
  readonly update: Update;
}

export interface DraftField {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly problem: string | undefined;
  readonly hint: ReactNode;
  readonly className: string;
}

export interface DraftControl<Update> {
  readonly texts: Texts;
  readonly changed: boolean;
  readonly reading: DraftReading<Update>;
  /** What a field control needs; a changed one says what it was. */
  field(path: string, hint?: ReactNode): DraftField;
}

export interface DraftFormProps<Base extends object, Update> {
  /** "the policy of payments". */
  what: string;
  /** Parameters of the URL that say what is edited. */
  guardParams?: readonly string[];
  base: Base;
  textsOf: (base: Base) => Texts;
  read: (texts: Texts, base: Base) => DraftReading<Update>;
  /** `basedOn`: what was edited; undefined to save over whatever holds by now. */
  onSave: (update: Update, basedOn: Base | undefined) => Promise<unknown>;
  /** Reads the base anew; resolves when that is done. */
  onReload: () => Promise<unknown>;
  note?: ReactNode;
  /** What a field is called where its change by somebody else is told; its path unless known. */
  wordsOf?: (path: string) => { readonly label: string; readonly unit?: string } | undefined;
  /** Told what would be sent, whenever that changes; undefined while nothing, or nothing valid, is typed. */
  onDraft?: (update: Update | undefined) => void;
  children: (control: DraftControl<Update>) => ReactNode;
}

/**
 * A form over a document that others may change too: what was typed outlives every refetch and refusal, only what
 * differs is sent, and a change by somebody else is told instead of lost. Give it a `key` of what is edited.
 */
export function DraftForm<Base extends object, Update>(props: DraftFormProps<Base, Update>) {
  const { what, guardParams, base: newest, textsOf, read, onSave, onReload, note, wordsOf, onDraft, children } = props;
  const [typed, setTyped] = useState<Texts>({});
  // A refetch in the middle of an edit must not change what "was" means, nor the version that is sent.
  const [based, setBased] = useState(newest);
  const [refused, setRefused] = useState<FormProblems>(noProblems);
  const [conflict, setConflict] = useState(false);
  const [saving, setSaving] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const changed = Object.keys(typed).length > 0;
  const base = changed ? based : newest;
  const before = textsOf(base);
  const texts = { ...before, ...typed };
  const reading = read(texts, base);
  const draft = changed && Object.keys(reading.fields).length === 0 ? reading.update : undefined;
  const draftKey = JSON.stringify(draft);
  const latest = useRef({ onDraft, draft });
  latest.current = { onDraft, draft };
  // biome-ignore lint/correctness/useExhaustiveDependencies: by its content; a draft is another object at each render.
  useEffect(() => latest.current.onDraft?.(latest.current.draft), [draftKey]);
  const problems: Texts = { ...refused.fields, ...reading.fields };

  const edit = (path: string, text: string) => {
    if (!changed) setBased(newest);
    // From what is typed by now: one click may change two fields.
    setTyped(({ [path]: _old, ...others }) => (text === (before[path] ?? '') ? others : { ...others, [path]: text }));
    setRefused(noProblems);
  };
  const reset = () => {
    setTyped({});
    setRefused(noProblems);
    setConflict(false);
  };
  const save = async (overwrite: boolean) => {
    if (saving || !changed) return;
    if (Object.keys(reading.fields).length > 0) {
      form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    setSaving(true);
    try {
      await onSave(reading.update, overwrite ? undefined : base);
      reset();
    } catch (error) {
      if (isApiError(error, 'conflict')) {
        setConflict(true);
        await onReload().catch(() => undefined);
      } else setRefused(problemsOfError(error, Object.keys(texts)));
    } finally {
      setSaving(false);
    }
  };
  const field = (path: string, hint?: ReactNode): DraftField => ({
    value: texts[path] ?? '',
    onChange: (text) => edit(path, text),
    problem: problems[path],
    hint: path in typed ? `was ${before[path] || 'not set'}` : hint,
    className: path in typed ? 'field-changed' : '',
  });

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
      <UnsavedGuard when={changed} what={what} {...(guardParams && { params: guardParams })} />
      {conflict && (
        <ConflictNotice what={what} onTakeTheirs={reset} onKeepMine={() => void save(true)}>
          <TheirChanges before={before} now={textsOf(newest)} wordsOf={wordsOf} />
        </ConflictNotice>
      )}
      {children({ texts, changed, reading, field })}
      {refused.form && (
        <div className="form-section">
          <FieldProblem>{refused.form}</FieldProblem>
        </div>
      )}
      <FormFoot
        changed={changed}
        problems={Object.keys(problems).length}
        saving={saving}
        note={note}
        onDiscard={reset}
      />
    </form>
  );
}

interface TheirChangesProps {
  before: Texts;
  now: Texts;
  wordsOf: DraftFormProps<object, unknown>['wordsOf'];
}

function TheirChanges({ before, now, wordsOf }: TheirChangesProps) {
  const paths = Object.keys(now).filter((path) => now[path] !== before[path]);
  if (paths.length === 0) return <>Another part of the same document was changed. Your changes are still here.</>;
  return (
    <ul>
      {paths.map((path) => {
        const { label = path, unit = '' } = wordsOf?.(path) ?? {};
        return <li key={path}>{`${label}: ${before[path] || 'not set'} → ${now[path] || 'not set'} ${unit}`}</li>;
      })}
    </ul>
  );
}
