import type { AuditEntryReply } from '@drover/contract';
import { CircleCheck, CircleX, Download, Lock } from 'lucide-react';
import { useMemo } from 'react';
import { personWords } from '../../models/alerts';
import {
  type AuditPeriod,
  type AuditResult,
  type AuditView,
  auditDetails,
  auditPeriods,
  auditResults,
  isFilteringAudit,
} from '../../models/audit';
import { formatInstant, formatRoughly, plural } from '../../models/format';
import { setParams } from '../../router/location';
import { type Column, DataTable } from '../../ui/data-table';
import { Icon } from '../../ui/icon';
import { SelectField, TextField } from '../../ui/inputs';
import { LoadMore } from '../../ui/load-more';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';

export interface AuditPanelProps {
  /** All pages that were loaded, newest first. */
  entries: readonly AuditEntryReply[] | undefined;
  error: Error | null;
  onRetry: () => void;
  view: AuditView;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  /** Id of the entry that is open, from the URL. */
  open: string | undefined;
  nowMs: number;
  self: string | undefined;
  /** Where the whole of what is filtered is to be had, by format. */
  exportPath: (format: 'csv' | 'jsonl') => string;
}

const icons = { done: CircleCheck, refused: Lock, failed: CircleX };
const tones = { done: 'status-neutral', refused: 'status-warning', failed: 'status-critical' };

/** Who did what, when, from where, and what came of it. */
export function AuditPanel(props: AuditPanelProps) {
  const { entries, error, onRetry, view, open, nowMs, self, exportPath } = props;
  const columns: Column<AuditEntryReply>[] = [
    {
      key: 'at',
      label: 'When',
      width: '104px',
      cell: ({ at }) => (
        <time dateTime={at.toISOString()} title={formatInstant(at)} className="whitespace-nowrap text-text-2">
          {formatRoughly(nowMs - at.getTime())} ago
        </time>
      ),
    },
    {
      key: 'who',
      label: 'Who',
      width: '22%',
      cell: ({ actor, role }) => (
        <span className="ellipsis block" title={role ? `${actor}, ${role}` : actor}>
          {personWords(actor, self)}
        </span>
      ),
    },
    {
      key: 'action',
      label: 'Did',
      width: '20%',
      role: 'title',
      cell: ({ action }) => (
        <span className="ellipsis block" title={action}>
          {action}
        </span>
      ),
    },
    {
      key: 'target',
      label: 'To',
      cell: ({ target }) => (
        <span className="ellipsis block" title={target}>
          {target}
        </span>
      ),
    },
    {
      key: 'from',
      label: 'From',
      width: '132px',
      hideBelow: 'wide',
      cell: ({ from }) => <span className="text-text-2">{from ?? '–'}</span>,
    },
    {
      key: 'result',
      label: 'Result',
      width: '104px',
      cell: ({ result }) => (
        <span className={`status ${tones[result]}`}>
          <Icon icon={icons[result]} small />
          {auditResults[result]}
        </span>
      ),
    },
  ];
  return (
    <Panel
      title="Audit log"
      meta="newest first"
      actions={
        <>
          <a className="btn btn-sm" href={exportPath('csv')} download>
            <Icon icon={Download} small />
            CSV
          </a>
          <a className="btn btn-sm" href={exportPath('jsonl')} download>
            <Icon icon={Download} small />
            JSON lines
          </a>
        </>
      }
    >
      <AuditFilters view={view} entries={entries} />
      {!entries && error && <QueryError error={error} onRetry={onRetry} />}
      {!entries && !error && <Loading />}
      {entries?.length === 0 && !props.hasMore && <Nothing filtering={isFilteringAudit(view)} />}
      {entries && entries.length > 0 && (
        <DataTable
          caption="Audit log"
          columns={columns}
          rows={entries}
          rowKey={({ id }) => id}
          current={open}
          onOpen={({ id }) => setParams({ entry: id === open ? undefined : id }, { replace: true })}
          below={(entry) => entry.id === open && <EntryDetails entry={entry} />}
        />
      )}
      {entries && (entries.length > 0 || props.hasMore) && (
        <LoadMore
          hasMore={props.hasMore}
          loading={props.loadingMore}
          onMore={props.onMore}
          shown={plural(entries.length, 'entry', 'entries')}
        />
      )}
    </Panel>
  );
}

function AuditFilters({ view, entries }: { view: AuditView; entries: readonly AuditEntryReply[] | undefined }) {
  const seen = useMemo(() => {
    const names = (field: 'actor' | 'action') => [...new Set(entries?.map((entry) => entry[field]))].toSorted();
    return { actor: names('actor'), action: names('action') };
  }, [entries]);
  return (
    <search className="filters">
      <TextField
        label="Who"
        placeholder="anybody"
        list="audit-actors"
        data-filter
        value={view.actor}
        onChange={(actor) => setParams({ actor }, { replace: true })}
      />
      <datalist id="audit-actors">
        {seen.actor.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <TextField
        label="Did"
        placeholder="anything"
        list="audit-actions"
        value={view.action}
        onChange={(action) => setParams({ action }, { replace: true })}
      />
      <datalist id="audit-actions">
        {seen.action.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <SelectField<AuditResult | 'all'>
        label="Result"
        value={view.result ?? 'all'}
        options={[
          { value: 'all', label: 'Any result' },
          ...Object.entries(auditResults).map(([value, label]) => ({ value: value as AuditResult, label })),
        ]}
        onChange={(result) => setParams({ result: result === 'all' ? undefined : result })}
      />
      <SelectField<AuditPeriod>
        label="When"
        value={view.period}
        options={Object.entries(auditPeriods).map(([value, { words }]) => ({
          value: value as AuditPeriod,
          label: words,
        }))}
        onChange={(period) => setParams({ period: period === 'all' ? undefined : period })}
      />
      <div className="filters-end">
        {isFilteringAudit(view) && (
          <button type="button" className="btn btn-sm btn-ghost" onClick={clearFilters}>
            Clear filters
          </button>
        )}
      </div>
    </search>
  );
}

function clearFilters(): void {
  setParams({ actor: undefined, action: undefined, result: undefined, period: undefined });
}

/** What was there before and after, field by field. */
function EntryDetails({ entry }: { entry: AuditEntryReply }) {
  const { changes, others } = useMemo(() => auditDetails(entry.details), [entry.details]);
  return (
    <div className="entry-open">
      {changes.length > 0 && (
        <table className="diff">
          <caption className="sr-only">What changed</caption>
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {changes.map(({ path, before, after }) => (
              <tr key={path}>
                <th scope="row">{path}</th>
                <td>{before === undefined ? <span className="text-text-3">not set</span> : <del>{before}</del>}</td>
                <td>{after === undefined ? <span className="text-text-3">not set</span> : <ins>{after}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl className="entry-facts">
        {others.map(({ name, value }) => (
          <div key={name} className="contents">
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <dt>at</dt>
        <dd>{formatInstant(entry.at)}</dd>
        <dt>as</dt>
        <dd>
          {entry.actor}
          {entry.role && `, ${entry.role}`}
          {entry.from && `, from ${entry.from}`}
        </dd>
      </dl>
    </div>
  );
}

function Nothing({ filtering }: { filtering: boolean }) {
  if (!filtering) {
    return <Empty title="Nothing was done yet.">Each change, sign-in and refusal gets a line here.</Empty>;
  }
  return (
    <Empty title="No entry passes these filters.">
      <p className="pb-2">Who and what are taken whole: user:ada@example.com, queue.pause.</p>
      <button type="button" className="btn btn-sm" onClick={clearFilters}>
        Clear filters
      </button>
    </Empty>
  );
}

function Loading() {
  return (
    <ul aria-hidden="true" className="grid gap-4 p-3">
      {[1, 2, 3, 4, 5, 6, 7, 8].map((row) => (
        <li key={row}>
          <Skeleton className="h-4 w-full" />
        </li>
      ))}
    </ul>
  );
}
