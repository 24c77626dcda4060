import type { ScheduleInfo, ScheduleList } from '@drover/contract';
import { Play } from 'lucide-react';
import { useMemo } from 'react';
import { plural } from '../../models/format';
import { everyWords, scheduleKey, scheduleStatus, viewerZone, zoneCity } from '../../models/schedules';
import { readTableSort, sortRows, type TableSort, tableSortParam } from '../../models/table-sort';
import { Link } from '../../router/link';
import { setParams, useAppLocation } from '../../router/location';
import { queuePath } from '../../router/routes';
import { IconButton } from '../../ui/button';
import { type Column, DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { SelectField, TextField } from '../../ui/inputs';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { RunMarks, ScheduleState } from './schedule-state';
import { HereTime, RunIn, ZoneTime } from './schedule-times';

export interface SchedulesPanelProps {
  list: ScheduleList | undefined;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  /** A choice of queues; undefined where the page is a queue's own. */
  queueNames: readonly string[] | undefined;
  /** Keys of those that are started now. */
  starting: ReadonlySet<string>;
  onRun: (schedule: ScheduleInfo) => void;
  onAdd: () => void;
}

const soonest: TableSort = { key: 'next', descending: false };

/** Every schedule with its next and its last runs; one opens beside. */
export function SchedulesPanel(props: SchedulesPanelProps) {
  const { list, error, onRetry, nowMs, queueNames, starting, onRun, onAdd } = props;
  const { params } = useAppLocation();
  const search = params.get('q') ?? '';
  const queueName = queueNames ? (params.get('queue') ?? '') : '';
  const sort = readTableSort(params.get('sort'), ['schedule', 'queue', 'next', 'state'], soonest);
  const schedules = list?.schedules;
  const shown = useMemo(
    () => schedules && sortRows(schedules.filter(matches(search, queueName)), sort.descending, sortedBy(sort.key)),
    [schedules, search, queueName, sort.descending, sort.key],
  );
  const columns = scheduleColumns({ nowMs, withQueue: queueNames !== undefined, starting, onRun });
  return (
    <Panel
      title="Schedules"
      meta={
        list &&
        `${plural(list.schedules.length, 'schedule')}${list.truncated ? ', the first of more: choose a queue' : ''}`
      }
      actions={
        <>
          {shown && shown.length > 0 && <ExportMenu name="schedules" table={() => scheduleExport(shown)} />}
          {queueNames === undefined && (
            <button type="button" className="btn btn-sm" onClick={onAdd}>
              Add…
            </button>
          )}
        </>
      }
    >
      {schedules && schedules.length > 0 && (
        <search className="filters" aria-label="Filter schedules">
          <TextField
            label="Filter"
            placeholder="Id or job name"
            data-filter=""
            value={search}
            onChange={(q) => setParams({ q }, { replace: true })}
          />
          {queueNames && (
            <SelectField
              label="Queue"
              value={queueName}
              options={[
                { value: '', label: 'Every queue' },
                ...withChosen(queueNames, queueName).map((name) => ({ value: name, label: name })),
              ]}
              onChange={(queue) => setParams({ queue })}
            />
          )}
        </search>
      )}
      {!list && (error ? <QueryError error={error} onRetry={onRetry} /> : <Skeleton className="m-3 h-40 opacity-50" />)}
      {schedules?.length === 0 && (
        <Empty title="There is no schedule.">
          <p>
            A schedule makes jobs by a pattern or every so often: BullMQ’s job schedulers, from{' '}
            <code>queue.upsertJobScheduler()</code> or from here.
          </p>
          <p className="empty-actions">
            <button type="button" className="btn btn-sm" onClick={onAdd}>
              Add a schedule…
            </button>
          </p>
        </Empty>
      )}
      {schedules && schedules.length > 0 && shown?.length === 0 && (
        <Empty title="No schedule matches.">
          <button
            type="button"
            className="btn btn-sm"
            onClick={() => setParams({ q: undefined, ...(queueNames && { queue: undefined }) })}
          >
            Show all {plural(schedules.length, 'schedule')}
          </button>
        </Empty>
      )}
      {shown && shown.length > 0 && (
        <DataTable
          caption="Schedules"
          columns={columns}
          rows={shown}
          rowKey={scheduleKey}
          rowName={({ scheduleId }) => scheduleId}
          sort={sort}
          onSort={(next) => setParams({ sort: tableSortParam(next, soonest) }, { replace: true })}
          orderKey={`${search} ${queueName} ${sort.key} ${sort.descending}`}
          onOpen={(schedule) => setParams({ schedule: scheduleKey(schedule) })}
          current={params.get('schedule') ?? undefined}
        />
      )}
    </Panel>
  );
}

function matches(search: string, queueName: string) {
  const wanted = search.trim().toLowerCase();
  return (schedule: ScheduleInfo) =>
    (queueName === '' || schedule.queueName === queueName) &&
    `${schedule.scheduleId} ${schedule.jobName}`.toLowerCase().includes(wanted);
}

const urgency = { overdue: 0, active: 1, paused: 2, ended: 3 };

function sortedBy(key: string): (schedule: ScheduleInfo) => string | number | undefined {
  if (key === 'schedule') return ({ scheduleId }) => scheduleId;
  if (key === 'queue') return ({ queueName }) => queueName;
  if (key === 'state') return (schedule) => urgency[scheduleStatus(schedule)];
  return ({ paused, nextAt }) => (paused ? undefined : nextAt?.getTime());
}

function withChosen(names: readonly string[], chosen: string): readonly string[] {
  return chosen === '' || names.includes(chosen) ? names : [chosen, ...names];
}

interface ColumnsOptions extends Pick<SchedulesPanelProps, 'nowMs' | 'starting' | 'onRun'> {
  withQueue: boolean;
}

function scheduleColumns({ nowMs, withQueue, starting, onRun }: ColumnsOptions): Column<ScheduleInfo>[] {
  const here = zoneCity(viewerZone());
  const columns: (Column<ScheduleInfo> | false)[] = [
    {
      key: 'schedule',
      label: 'Schedule',
      role: 'title',
      sortable: true,
      width: '17%',
      cell: ({ scheduleId, jobName }) => (
        <span className="job-link" title={`${scheduleId}, makes ${jobName}`}>
          <span className="ellipsis">{scheduleId}</span>
          <span className="job-id ellipsis">{jobName}</span>
        </span>
      ),
    },
    withQueue && {
      key: 'queue',
      label: 'Queue',
      sortable: true,
      width: '11%',
      cell: ({ queueName }) => (
        <Link className="ellipsis block hover:underline" to={queuePath(queueName)} title={queueName}>
          {queueName}
        </Link>
      ),
    },
    {
      key: 'when',
      label: 'Runs',
      cell: (schedule) => (
        <span className="ellipsis block" title={schedule.pattern}>
          {everyWords(schedule)}
        </span>
      ),
    },
    {
      key: 'next',
      label: 'Next run',
      sortable: true,
      width: '96px',
      cell: ({ nextAt, paused }) =>
        nextAt && !paused ? <RunIn at={nextAt} nowMs={nowMs} /> : <span className="text-text-3">none</span>,
    },
    {
      key: 'here',
      label: `For you, ${here}`,
      width: '128px',
      cell: ({ nextAt, paused }) => nextAt && !paused && <HereTime at={nextAt} nowMs={nowMs} />,
    },
    {
      key: 'zone',
      label: 'In its zone',
      width: '176px',
      hideBelow: 'wide',
      cell: ({ nextAt, paused, tz, everyMs }) =>
        everyMs === undefined && nextAt && !paused && <ZoneTime at={nextAt} zone={tz} />,
    },
    { key: 'last', label: 'Last runs', width: '104px', cell: (schedule) => <RunMarks schedule={schedule} /> },
    {
      key: 'state',
      label: 'State',
      sortable: true,
      width: '124px',
      cell: (schedule) => <ScheduleState schedule={schedule} />,
    },
    {
      key: 'run',
      label: 'Run',
      numeric: true,
      width: '56px',
      role: 'bare',
      cell: (schedule) => (
        <IconButton
          icon={Play}
          label={`Run ${schedule.scheduleId} now`}
          small
          disabled={starting.has(scheduleKey(schedule))}
          onClick={() => onRun(schedule)}
        />
      ),
    },
  ];
  return columns.filter((column) => column !== false);
}

function scheduleExport(schedules: readonly ScheduleInfo[]) {
  return {
    columns: [
      'queue',
      'schedule',
      'jobName',
      'pattern',
      'everyMs',
      'tz',
      'state',
      'nextAt',
      'runs',
      'lastRun',
      'lastState',
    ],
    rows: schedules.map((schedule) => [
      ...[schedule.queueName, schedule.scheduleId, schedule.jobName, schedule.pattern, schedule.everyMs, schedule.tz],
      ...[scheduleStatus(schedule), schedule.nextAt, schedule.runs],
      ...[schedule.lastRuns[0]?.dueAt, schedule.lastRuns[0]?.state],
    ]),
  };
}
