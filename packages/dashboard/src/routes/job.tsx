import '../styles/alerts.css';
import '../styles/forms.css';
import '../styles/jobs.css';
import '../styles/operations.css';
import '../styles/queue.css';
import { isApiError } from '@drover/client';
import type { JobDetail, JobReference, JobValueQuery } from '@drover/contract';
import {
  useDuplicateJob,
  useEditJob,
  useJob,
  useJobLogs,
  useJobTree,
  useJobValue,
  useTimeoutConfig,
} from '@drover/react';
import { useState } from 'react';
import { FactsPanel } from '../features/jobs/facts-panel';
import { FailuresPanel } from '../features/jobs/failures-panel';
import { JobCrumbs, JobHeader } from '../features/jobs/job-header';
import { LogsPanel, logPage } from '../features/jobs/logs-panel';
import { ProgressPanel } from '../features/jobs/progress-panel';
import { RedactionNotice } from '../features/jobs/redaction-notice';
import { TimelinePanel } from '../features/jobs/timeline-panel';
import { TreePanel } from '../features/jobs/tree-panel';
import { ValuePanel } from '../features/jobs/value-panel';
import { jobPath, jobsPath } from '../models/jobs';
import { Link } from '../router/link';
import { navigate, useAppLocation, withRange } from '../router/location';
import { Panel } from '../ui/panel';
import { Empty, QueryError, Skeleton } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';
import { DuplicateJob, EditJob } from './job-forms';
import { useJobActions } from './use-job-actions';
import { usePageTitle } from './use-page-title';

/** One job, whole. */
export function JobRoute(ref: JobReference) {
  // Another job is another page: nothing that was fetched or revealed of this one may stay.
  return <JobPage key={jobPath(ref)} {...ref} />;
}

function JobPage(ref: JobReference) {
  const { queueName, jobId } = ref;
  const [revealing, setRevealing] = useState(false);
  const shown = useJob(ref);
  const whole = useJob(ref, { reveal: true, enabled: revealing });
  const nowMs = useServerNow(1_000);
  const { params } = useAppLocation();
  const [form, setForm] = useState<'edit' | 'duplicate'>();
  const edit = useEditJob({ notifyErrors: false });
  const duplicate = useDuplicateJob({ notifyErrors: false });
  const { act, busy, dialog } = useJobActions((kind) => {
    if (kind === 'remove') navigate(withRange(jobsPath(queueName, shown.data?.state), params));
  });
  usePageTitle(shown.data ? `${shown.data.name} ${jobId}` : `Job ${jobId}`);
  // What was seen is of that moment: once the job has gone on, it takes another look.
  const seen = revealing && shown.data && whole.data && isSameRun(shown.data, whole.data) ? whole.data : undefined;
  const revealed = seen !== undefined;
  const job = shown.data && seen ? { ...shown.data, ...valuesOf(seen) } : shown.data;

  if (!job || isApiError(shown.error, 'not_found')) {
    return (
      <>
        <JobCrumbs {...ref} />
        <div className="page-head">
          <h1>Job {jobId}</h1>
        </div>
        <Panel title="Job">
          {isApiError(shown.error, 'not_found') ? (
            <NoSuchJob {...ref} />
          ) : shown.error ? (
            <QueryError error={shown.error} onRetry={() => void shown.refetch()} />
          ) : (
            <Skeleton className="m-3 h-72 opacity-50" />
          )}
        </Panel>
      </>
    );
  }
  const payload = { job, reveal: revealed, onClose: () => setForm(undefined) };
  return (
    <>
      <JobCrumbs {...ref} />
      <JobHeader
        job={job}
        nowMs={nowMs}
        busy={busy}
        onAct={(kind) => act(kind, [job])}
        onEdit={() => setForm('edit')}
        onDuplicate={() => setForm('duplicate')}
      />
      {job.redacted || revealed ? (
        <RedactionNotice
          revealed={revealed}
          loading={revealing && whole.isFetching}
          error={revealing ? whole.error : null}
          onReveal={() => (revealing ? void whole.refetch() : setRevealing(true))}
          onHide={() => setRevealing(false)}
        />
      ) : null}
      <JobBody job={job} reveal={revealed} nowMs={nowMs} />
      {form === 'edit' && <EditJob {...payload} onSubmit={(request) => edit.mutateAsync({ ...ref, ...request })} />}
      {form === 'duplicate' && (
        <DuplicateJob
          {...payload}
          onSubmit={async (request) => {
            const added = await duplicate.mutateAsync({ ...ref, ...request });
            navigate(withRange(jobPath(added), params));
          }}
        />
      )}
      {dialog}
    </>
  );
}

/** What a look with the permission shows more of; how the job stands comes from the live one. */
function valuesOf({ data, options, result, progress, attempts, timeline, error }: JobDetail): Partial<JobDetail> {
  return { data, options, result, progress, attempts, timeline, ...(error !== undefined && { error }) };
}

function isSameRun(now: JobDetail, then: JobDetail): boolean {
  const mark = ({ state, startedAt, finishedAt, attemptsMade, data, result }: JobDetail) =>
    [state, startedAt?.getTime(), finishedAt?.getTime(), attemptsMade, data.bytes, result.bytes].join();
  return mark(now) === mark(then);
}

function JobBody({ job, reveal, nowMs }: { job: JobDetail; reveal: boolean; nowMs: number }) {
  const timeout = useTimeoutConfig().data?.[job.queueName];
  const { children, parent } = job;
  const inFlow = parent !== undefined || Object.values(children).some((count) => count > 0);
  const value = { job, reveal };
  return (
    <div className="job-grid">
      <div className="job-column">
        {(job.attempts.length > 0 || (job.state === 'failed' && job.error !== undefined)) && (
          <FailuresPanel job={job} />
        )}
        <Value {...value} title="Payload" field="data" none="It has no payload." />
        {(job.result.bytes > 0 || job.state === 'completed') && (
          <Value {...value} title="Result" field="result" none="Its handler returned nothing." />
        )}
        <Logs job={job} reveal={reveal} />
        <Value {...value} title="Options" field="options" none="It has no options." />
      </div>
      <div className="job-column">
        {job.progress.bytes > 0 && <ProgressPanel progress={job.progress} />}
        <FactsPanel job={job} timeout={timeout} nowMs={nowMs} />
        <TimelinePanel job={job} />
        {inFlow && <Flow job={job} />}
      </div>
    </div>
  );
}

interface ValueProps {
  job: JobDetail;
  reveal: boolean;
  title: string;
  field: NonNullable<JobValueQuery['field']>;
  none: string;
}

function Value({ job, reveal, title, field, none }: ValueProps) {
  const [wanted, setWanted] = useState(false);
  const view = job[field];
  const whole = useJobValue(job, { field, ...(reveal && { reveal }) }, { enabled: wanted && view.cut });
  return (
    <ValuePanel
      {...{ title, view, none }}
      whole={{ view: whole.data, error: whole.error, loading: whole.isFetching }}
      onWhole={() => (wanted ? void whole.refetch() : setWanted(true))}
      fileName={`job-${job.jobId}-${field}.json`}
    />
  );
}

function Logs({ job, reveal }: { job: JobDetail; reveal: boolean }) {
  const [chosen, setChosen] = useState<number>();
  const from = chosen ?? Math.max(0, job.logCount - logPage);
  const logs = useJobLogs(
    job,
    { from, limit: logPage, ...(reveal && { reveal }) },
    { enabled: job.logCount > 0, live: job.state === 'active' },
  );
  if (job.logCount === 0) return null;
  return (
    <LogsPanel
      from={from}
      logs={logs.data}
      total={Math.max(job.logCount, logs.data?.total ?? 0)}
      error={logs.error}
      onRetry={() => void logs.refetch()}
      onFrom={setChosen}
    />
  );
}

function Flow({ job }: { job: JobDetail }) {
  const tree = useJobTree(job.parent ?? job);
  // Its parent may be gone, and the job still be the root of what is below it.
  const own = useJobTree(job, { enabled: tree.error !== null && job.parent !== undefined });
  const shown = tree.error && job.parent ? own : tree;
  return <TreePanel tree={shown.data} error={shown.error} onRetry={() => void shown.refetch()} current={job} />;
}

function NoSuchJob({ queueName, jobId }: JobReference) {
  return (
    <Empty title={`There is no job “${jobId}” in “${queueName}”.`}>
      <p>It was removed, by hand or by BullMQ when it finished (removeOnComplete, removeOnFail), or never there.</p>
      <p className="empty-actions">
        <Link className="btn btn-sm" to={`/jobs?id=${encodeURIComponent(jobId)}`}>
          Look in every queue
        </Link>
        <Link className="btn btn-sm" to="/jobs?tab=trash">
          Look in the trash
        </Link>
        <Link className="btn btn-sm" to={jobsPath(queueName)}>
          Jobs of {queueName}
        </Link>
      </p>
    </Empty>
  );
}
