import type { JobDetail } from '@drover/contract';
import { CopyPlus, Pencil } from 'lucide-react';
import { formatInstant, formatRoughly } from '../../models/format';
import { actionsFor, type JobActionKind, jobActions } from '../../models/job-actions';
import { attemptWords, jobsPath } from '../../models/jobs';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { Icon } from '../../ui/icon';
import { whenOf } from './job-columns';
import { JobState } from './job-state';
import { actionIcons } from './job-table';

export interface JobCrumbsProps {
  queueName: string;
  jobId: string;
}

export function JobCrumbs({ queueName, jobId }: JobCrumbsProps) {
  return (
    <nav aria-label="Breadcrumbs" className="crumbs">
      <Link className="link" to="/jobs">
        Jobs
      </Link>
      <span aria-hidden="true"> / </span>
      <Link className="link" to={queuePath(queueName)}>
        {queueName}
      </Link>
      <span aria-hidden="true"> / </span>
      <span className="text-text-2">{jobId}</span>
    </nav>
  );
}

export interface JobHeaderProps {
  job: JobDetail;
  nowMs: number;
  busy: boolean;
  onAct: (kind: JobActionKind) => void;
  onEdit: () => void;
  onDuplicate: () => void;
}

/** What it is, how it stands, and what can be done about it. */
export function JobHeader({ job, nowMs, busy, onAct, onEdit, onDuplicate }: JobHeaderProps) {
  const { word, at } = whenOf(job);
  const ahead = at.getTime() - nowMs;
  const [first, ...others] = actionsFor(job.state);
  return (
    <div className="page-head">
      <h1 className="job-title">
        {job.name} <span className="job-id">{job.jobId}</span>
      </h1>
      <div className="verdict">
        <Link to={jobsPath(job.queueName, job.state)} title="Others in this state">
          <JobState state={job.state} />
        </Link>
        <span title={formatInstant(at)}>
          {word} {ahead > 0 ? `in ${formatRoughly(ahead)}` : `${formatRoughly(-ahead)} ago`}
        </span>
        <span>· {attemptWords(job)} attempts</span>
      </div>
      <div className="queue-actions">
        {first && <ActionButton kind={first} primary={!jobActions[first].danger} busy={busy} onAct={onAct} />}
        {job.state !== 'active' && (
          <button type="button" className="btn" disabled={busy} onClick={onEdit}>
            <Icon icon={Pencil} />
            {job.state === 'failed' || job.state === 'completed' ? 'Edit and run again…' : 'Edit…'}
          </button>
        )}
        <button type="button" className="btn" disabled={busy} onClick={onDuplicate}>
          <Icon icon={CopyPlus} />
          Duplicate…
        </button>
        {others.map((kind) => (
          <ActionButton key={kind} kind={kind} primary={false} busy={busy} onAct={onAct} />
        ))}
      </div>
    </div>
  );
}

interface ActionButtonProps {
  kind: JobActionKind;
  primary: boolean;
  busy: boolean;
  onAct: (kind: JobActionKind) => void;
}

function ActionButton({ kind, primary, busy, onAct }: ActionButtonProps) {
  const { verb, danger } = jobActions[kind];
  return (
    <button type="button" className={`btn ${primary ? 'btn-primary' : ''}`} disabled={busy} onClick={() => onAct(kind)}>
      <Icon icon={actionIcons[kind]} />
      {verb}
      {danger && '…'}
    </button>
  );
}
