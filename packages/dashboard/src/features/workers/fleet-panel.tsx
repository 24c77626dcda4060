import type { WorkerMemoryState } from '@drover/contract';
import { Recycle } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { plural } from '../../models/format';
import { readTableSort, tableSortParam } from '../../models/table-sort';
import {
  defaultWorkerSort,
  filterWorkers,
  namesOf,
  readWorkerFilter,
  shownWorkerStates,
  sortWorkers,
  type WorkerRow,
  workerSortKeys,
} from '../../models/worker-rows';
import { setParams, useAppLocation } from '../../router/location';
import { DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Icon } from '../../ui/icon';
import { SelectField, TextField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';
import { workerColumns } from './worker-columns';
import { workerExport } from './worker-export';

export interface FleetPanelProps {
  /** Undefined while loading. */
  rows: readonly WorkerRow[] | undefined;
  nowMs: number;
  /** In place of the rows: an error. */
  instead?: ReactNode;
  onRecycle: (workers: readonly WorkerMemoryState[]) => void;
  /** Opens one; by default beside this page. */
  onOpen?: (worker: WorkerMemoryState) => void;
}

/** Every worker process, with filters and sort in the URL; one opens, many are recycled. */
export function FleetPanel({ rows, nowMs, instead, onRecycle, onOpen = openBeside }: FleetPanelProps) {
  const { params } = useAppLocation();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const filter = readWorkerFilter(params);
  const sort = readTableSort(params.get('sort'), workerSortKeys, defaultWorkerSort);
  const columns = useMemo(() => workerColumns(nowMs), [nowMs]);
  const shown = rows && sortWorkers(filterWorkers(rows, filter), sort);
  const chosen = shown?.filter(({ worker }) => selected.has(worker.workerId)).map(({ worker }) => worker) ?? [];
  const filtered = shown && rows && shown.length < rows.length;

  return (
    <Panel
      title="Workers"
      meta={
        rows && (filtered ? `${shown.length} of ${rows.length} shown` : plural(rows.length, 'process', 'processes'))
      }
      actions={shown && shown.length > 0 && <ExportMenu name="workers" table={() => workerExport(shown)} />}
    >
      {rows && rows.length > 0 && <Filters rows={rows} filter={filter} />}
      {chosen.length > 0 && (
        <section className="selection-bar" aria-label="Chosen workers">
          <span role="status">{plural(chosen.length, 'worker')} chosen</span>
          <button type="button" className="btn btn-sm" onClick={() => onRecycle(chosen)}>
            <Icon icon={Recycle} small />
            Recycle…
          </button>
          <button type="button" className="btn btn-sm btn-ghost" onClick={() => setSelected(new Set())}>
            Choose none
          </button>
        </section>
      )}
      {instead}
      {!instead && !shown && <Skeleton className="m-3 h-72 opacity-50" />}
      {rows?.length === 0 && (
        <Empty title="No worker reports to Drover.">
          Give a queue a <code>processor</code> in <code>drover.config</code> and Drover runs its workers, or import
          Worker from <code>@drover/worker</code> in your own process.
        </Empty>
      )}
      {rows && rows.length > 0 && shown?.length === 0 && (
        <Empty title="No worker matches.">
          <button
            type="button"
            className="btn btn-sm"
            onClick={() => setParams({ q: undefined, queue: undefined, host: undefined, state: undefined })}
          >
            Show all {plural(rows.length, 'worker')}
          </button>
        </Empty>
      )}
      {shown && shown.length > 0 && (
        <DataTable
          caption="Worker processes"
          columns={columns}
          rows={shown}
          rowKey={({ worker }) => worker.workerId}
          rowName={({ worker }) => `${worker.workerId} of ${worker.queueName}`}
          sort={sort}
          onSort={(next) => setParams({ sort: tableSortParam(next, defaultWorkerSort) }, { replace: true })}
          orderKey={`${JSON.stringify(filter)} ${sort.key} ${sort.descending}`}
          selection={{ selected, onChange: setSelected }}
          onOpen={({ worker }) => onOpen(worker)}
          current={params.get('worker') ?? undefined}
        />
      )}
    </Panel>
  );
}

const openBeside = ({ workerId }: WorkerMemoryState) => setParams({ worker: workerId });

const everyState = [
  { value: '', label: 'Any state' },
  { value: 'high', label: 'Above soft limit' },
  ...Object.entries(shownWorkerStates).map(([value, label]) => ({ value, label })),
];

function Filters({ rows, filter }: { rows: readonly WorkerRow[]; filter: ReturnType<typeof readWorkerFilter> }) {
  const workers = rows.map(({ worker }) => worker);
  const options = (all: string, names: readonly string[]) => [
    { value: '', label: all },
    ...names.map((name) => ({ value: name, label: name })),
  ];
  const choose = (name: string) => (value: string) => setParams({ [name]: value || undefined });
  return (
    <search className="filters" aria-label="Filter workers">
      <TextField
        label="Filter"
        placeholder="Name, host, version, pid"
        data-filter=""
        value={filter.search}
        onChange={(text) => setParams({ q: text }, { replace: true })}
      />
      <SelectField
        label="Queue"
        value={filter.queue}
        options={options('Every queue', namesOf(workers, 'queueName'))}
        onChange={choose('queue')}
      />
      <SelectField
        label="Host"
        value={filter.host}
        options={options('Every host', namesOf(workers, 'host'))}
        onChange={choose('host')}
      />
      <SelectField label="State" value={filter.state} options={everyState} onChange={choose('state')} />
    </search>
  );
}
