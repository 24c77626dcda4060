import { Search } from 'lucide-react';
import { type FormEvent, useRef, useState } from 'react';
import {
  type FilterName,
  type FilterProblems,
  filterNames,
  isPeriod,
  type JobsView,
  modeOf,
  noFilterParams,
  type Period,
  periods,
  readSearch,
} from '../../models/jobs-view';
import { instantOfLocal, localOfInstant } from '../../models/local-time';
import { setParams } from '../../router/location';
import { Field } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { NumberField, SelectField, TextField } from '../../ui/inputs';

export interface JobFiltersProps {
  view: JobsView;
  /** To choose from; undefined where the page is a queue's own. */
  queueNames: readonly string[] | undefined;
  /** What the URL asks for and cannot be searched for. */
  problems: FilterProblems;
  nowMs: number;
}

type Typed = Partial<Record<FilterName | 'id', string>>;

/** What to look for. Typed until Enter or Search; from then on in the URL. */
export function JobFilters({ view, queueNames, problems: known, nowMs }: JobFiltersProps) {
  const asked = JSON.stringify([view.id, view.filter]);
  const [draft, setDraft] = useState<Draft>(none(asked));
  const { typed, problems } = draft.of === asked ? draft : none(asked);
  const texts = { ...view.filter, id: view.id, ...typed };
  const form = useRef<HTMLFormElement>(null);
  const rare = (['text', 'when', 'min', 'max', 'since', 'until'] as const).some((name) => texts[name] !== '');
  const [open, setOpen] = useState(rare);
  const type = (change: Typed) => setDraft({ of: asked, typed: { ...typed, ...change }, problems: {} });

  const search = (change: Typed = {}) => {
    const wanted = { ...texts, ...change };
    const { problems: found } = readSearch({ ...view, filter: wanted }, nowMs);
    if (Object.keys(found).length > 0 && wanted.id.trim() === '') {
      setDraft({ of: asked, typed: { ...typed, ...change }, problems: found });
      requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
      return;
    }
    setParams(Object.fromEntries(['id' as const, ...filterNames].map((name) => [name, wanted[name].trim()])));
  };
  const field = (name: FilterName) => ({
    value: texts[name],
    problem: problems[name] ?? (typed[name] === undefined ? known[name] : undefined),
    onChange: (text: string) => type({ [name]: text }),
  });
  return (
    <search>
      <form
        ref={form}
        noValidate
        className="filters job-filters"
        aria-label="Find jobs"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          search();
        }}
      >
        {queueNames && (
          <SelectField
            label="Queue"
            value={view.queueName ?? ''}
            options={[
              { value: '', label: 'Every queue' },
              ...withChosen(queueNames, view.queueName).map((name) => ({ value: name, label: name })),
            ]}
            onChange={(queue) => setParams({ queue })}
          />
        )}
        <TextField
          label="Id, in every queue"
          placeholder="1042"
          data-filter=""
          value={texts.id}
          onChange={(id) => type({ id })}
        />
        <TextField label="Name" placeholder="send-receipt" maxLength={500} {...field('name')} />
        <TextField label="Error has" placeholder="ECONNREFUSED" maxLength={500} {...field('error')} />
        <TextField
          label="Value at a path"
          className="field-wide"
          placeholder="data.customerId = 42"
          title="data, result, progress or options; =, !=, <, <=, >, >=, contains, exists; several with “and”"
          {...field('where')}
        />
        <div className="filters-end">
          <button type="submit" className="btn">
            <Icon icon={Search} small />
            Search
          </button>
          <button
            type="button"
            className="btn btn-ghost"
            aria-expanded={open}
            aria-controls="more-job-filters"
            onClick={() => setOpen(!open)}
          >
            {open ? 'Fewer' : 'More'}
          </button>
          {(modeOf(view) === 'search' || modeOf(view) === 'find') && (
            <button type="button" className="btn btn-ghost" onClick={() => setParams(noFilterParams)}>
              Clear
            </button>
          )}
        </div>
        <div id="more-job-filters" className="more-filters" hidden={!open}>
          <TextField label="Payload has" placeholder="any part of its JSON" maxLength={500} {...field('text')} />
          <NumberField label="Attempts, at least" placeholder="any" {...field('min')} />
          <NumberField label="Attempts, at most" placeholder="any" {...field('max')} />
          <SelectField<Period>
            label="Finished, started or added"
            value={isPeriod(texts.when) ? texts.when : texts.since || texts.until ? 'between' : 'any'}
            options={(Object.keys(periods) as Period[]).map((value) => ({ value, label: periods[value].words }))}
            onChange={(when) =>
              when === 'between' ? type({ when }) : search({ when: when === 'any' ? '' : when, since: '', until: '' })
            }
          />
          {(texts.when === 'between' || texts.since !== '' || texts.until !== '') && (
            <>
              <Instant label="From" {...field('since')} />
              <Instant label="Until" {...field('until')} />
            </>
          )}
        </div>
      </form>
    </search>
  );
}

interface Draft {
  /** What the URL said when it was typed. */
  readonly of: string;
  readonly typed: Typed;
  readonly problems: FilterProblems;
}

const none = (of: string): Draft => ({ of, typed: {}, problems: {} });

/** The one that the URL asks for is offered too, even when it is gone. */
function withChosen(names: readonly string[], chosen: string | undefined): readonly string[] {
  return chosen === undefined || names.includes(chosen) ? names : [chosen, ...names];
}

interface InstantProps {
  label: string;
  /** ISO 8601, so that a link means the same in every time zone. */
  value: string;
  problem: string | undefined;
  onChange: (instant: string) => void;
}

function Instant({ label, value, problem, onChange }: InstantProps) {
  return (
    <Field label={label} problem={problem}>
      {(control) => (
        <input
          {...control}
          type="datetime-local"
          value={localOfInstant(value)}
          onChange={(event) => onChange(instantOfLocal(event.target.value))}
        />
      )}
    </Field>
  );
}
