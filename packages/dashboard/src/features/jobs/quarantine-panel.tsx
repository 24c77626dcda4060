import type { ChangeJobsResponse, JobCrashInfo, QuarantinedJob, QuarantineResponse } from '@drover/contract';
import { ShieldOff, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { formatInstant, formatMegabytes, formatRoughly, formatSpan, plural } from '../../models/format';
import { jobPath } from '../../models/jobs';
import { Link } from '../../router/link';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { type Column, DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Icon } from '../../ui/icon';
import { LoadMore } from '../../ui/load-more';
import { Panel } from '../../ui/panel';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { JobState } from './job-state';

export interface QuarantinePanelProps {
  jobs: readonly QuarantinedJob[] | undefined;
  /** Crashes after which a job is set aside; 0: never. */
  afterCrashes: QuarantineResponse['afterCrashes'] | undefined;
  error: Error | null;
  onRetry: () => void;
  hasMore: boolean;
  loadingMore: boolean;
  onMore: () => void;
  nowMs: number;
  onChange: (action: 'release' | 'discard', jobs: readonly QuarantinedJob[]) => Promise<ChangeJobsResponse>;
}

/** The API takes no more at once. */
const mostAtOnce = 200;

/** Jobs that are set aside because too many workers crashed with them in hand, with the evidence. */
export function QuarantinePanel(props: QuarantinePanelProps) {
  const { jobs, afterCrashes, error, nowMs } = props;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [open, setOpen] = useState<string>();
  const [asking, setAsking] = useState<{ action: 'release' | 'discard'; jobs: readonly QuarantinedJob[] }>();
  const rows = (jobs ?? []).filter(({ id }) => chosen.has(id)).slice(0, mostAtOnce);
  return (
    <Panel
      title="Quarantine"
      meta={afterCrashes === undefined ? undefined : ruleWords(afterCrashes)}
      actions={jobs && jobs.length > 0 && <ExportMenu name="jobs-in-quarantine" table={() => quarantineExport(jobs)} />}
    >
      {rows.length > 0 && (
        <section className="selection-bar" aria-label="Chosen jobs">
          <span role="status">{plural(rows.length, 'job')} chosen</span>
          <button type="button" className="btn btn-sm" onClick={() => setAsking({ action: 'release', jobs: rows })}>
            <Icon icon={ShieldOff} small />
            Release…
          </button>
          <button type="button" className="btn btn-sm" onClick={() => setAsking({ action: 'discard', jobs: rows })}>
            <Icon icon={Trash2} small />
            Remove…
          </button>
          <button type="button" className="btn btn-sm btn-ghost" onClick={() => setChosen(new Set())}>
            Choose none
          </button>
        </section>
      )}
      {!jobs && error && <QueryError error={error} onRetry={props.onRetry} />}
      {!jobs && !error && <Skeleton className="m-3 h-40 opacity-50" />}
      {jobs?.length === 0 && (
        <Empty title="No job is in quarantine.">
          {afterCrashes === 0
            ? 'It is switched off: quarantine.afterCrashes in the configuration is 0.'
            : 'A job that is in hand again and again when its worker crashes is set aside here, so that it takes no further worker along. The other jobs go on.'}
        </Empty>
      )}
      {jobs && jobs.length > 0 && (
        <>
          <DataTable
            caption="Jobs in quarantine"
            columns={quarantineColumns(nowMs)}
            rows={jobs}
            rowKey={({ id }) => id}
            rowName={({ name, jobId }) => `${name}, ${jobId}`}
            selection={{ selected: chosen, onChange: setChosen }}
            onOpen={({ id }) => setOpen(id === open ? undefined : id)}
            current={open}
            below={({ id, crashes }) => id === open && <Crashes crashes={crashes} nowMs={nowMs} />}
          />
          <LoadMore
            hasMore={props.hasMore}
            loading={props.loadingMore}
            onMore={props.onMore}
            shown={plural(jobs.length, 'job')}
          />
        </>
      )}
      {asking && (
        <AskChange
          {...asking}
          onConfirm={async () => {
            const { failed, done, errors } = await props.onChange(asking.action, asking.jobs);
            setChosen(new Set());
            if (failed > 0) {
              const why = errors?.map((one) => `${one.jobId}: ${one.error}`).join('\n') ?? '';
              throw new Error(`${plural(done, 'job')} done, ${failed} not.\n${why}`);
            }
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </Panel>
  );
}

interface AskChangeProps {
  action: 'release' | 'discard';
  jobs: readonly QuarantinedJob[];
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}

function AskChange({ action, jobs, onConfirm, onClose }: AskChangeProps) {
  const what = plural(jobs.length, 'job');
  if (action === 'release') {
    return (
      <ConfirmDialog
        title={`Release ${what} from quarantine?`}
        confirmLabel={`Release ${what}`}
        busyLabel="Releasing…"
        onConfirm={onConfirm}
        onClose={onClose}
      >
        <p>Workers may take {jobs.length === 1 ? 'it' : 'them'} again at once, and the crashes so far are forgotten.</p>
        <p>If nothing was mended, as many workers may crash once more before it is set aside again.</p>
      </ConfirmDialog>
    );
  }
  return (
    <ConfirmDialog
      title={`Remove ${what} in quarantine?`}
      confirmLabel={`Remove ${what}`}
      busyLabel="Removing…"
      cancelLabel="Leave as it is"
      danger
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>A copy of each is in the trash for seven days.</p>
    </ConfirmDialog>
  );
}

const kindWords: Record<JobCrashInfo['kind'], string> = {
  vanished: 'Killed, or hung and given up',
  unhandled_error: 'An error that no handler caught',
  memory_limit: 'Above its hard memory limit',
};

function Crashes({ crashes, nowMs }: { crashes: readonly JobCrashInfo[]; nowMs: number }) {
  return (
    <ul className="crashes" aria-label="Crashes, the latest first">
      {crashes.toReversed().map((crash) => (
        <li key={`${crash.workerId} ${crash.startedAt.getTime()}`}>
          <strong>{kindWords[crash.kind]}</strong>
          <span>
            <time dateTime={crash.noticedAt.toISOString()} title={formatInstant(crash.noticedAt)}>
              {formatRoughly(nowMs - crash.noticedAt.getTime())} ago
            </time>
            , {formatSpan(crash.noticedAt.getTime() - crash.startedAt.getTime())} into its run, worker {crash.workerId}{' '}
            on {crash.host}
          </span>
          <span>
            {formatMegabytes(crash.rssMB)} resident
            {crash.memoryLimitMB !== undefined && ` of ${formatMegabytes(crash.memoryLimitMB)}`}, heap{' '}
            {formatMegabytes(crash.heapUsedMB)}
          </span>
          <span className={crash.beside === 0 ? 'text-warning' : 'text-text-2'}>
            {crash.beside === 0
              ? 'No other job was in hand'
              : `${plural(crash.beside, 'other job')} in hand: any of them may be to blame`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function ruleWords(afterCrashes: number): string {
  return afterCrashes === 0
    ? 'switched off'
    : `set aside after ${plural(afterCrashes, 'crash', 'crashes')} in seven days`;
}

function quarantineColumns(nowMs: number): Column<QuarantinedJob>[] {
  return [
    {
      key: 'job',
      label: 'Job',
      role: 'title',
      width: '26%',
      cell: (job) => (
        <Link className="job-link" to={jobPath(job)} title={`${job.name}, ${job.jobId}`}>
          <span className="ellipsis">{job.name}</span>
          <span className="job-id ellipsis">{job.jobId}</span>
        </Link>
      ),
    },
    { key: 'queue', label: 'Queue', width: '16%', cell: ({ queueName }) => queueName },
    {
      key: 'crashes',
      label: 'Crashes',
      numeric: true,
      width: '76px',
      cell: ({ crashes }) => crashes.length,
    },
    {
      key: 'last',
      label: 'The last',
      cell: ({ crashes }) => {
        const last = crashes.at(-1);
        return <span className="ellipsis block">{last ? kindWords[last.kind] : 'Not known'}</span>;
      },
    },
    {
      key: 'state',
      label: 'Is now',
      width: '128px',
      cell: ({ state }) => (state ? <JobState state={state} /> : <span className="text-text-3">gone</span>),
    },
    {
      key: 'since',
      label: 'Set aside',
      numeric: true,
      width: '96px',
      cell: ({ since }) => (
        <time dateTime={since.toISOString()} title={formatInstant(since)}>
          {formatRoughly(nowMs - since.getTime())} ago
        </time>
      ),
    },
  ];
}

function quarantineExport(jobs: readonly QuarantinedJob[]) {
  return {
    columns: ['queue', 'jobId', 'name', 'state', 'since', 'crash', 'worker', 'host', 'noticedAt', 'rssMB', 'beside'],
    rows: jobs.flatMap((job) =>
      job.crashes.map((crash) => [
        ...[job.queueName, job.jobId, job.name, job.state, job.since, crash.kind, crash.workerId, crash.host],
        ...[crash.noticedAt, crash.rssMB, crash.beside],
      ]),
    ),
  };
}
