import type { ScheduleInfo, ScheduleRun } from '@drover/contract';
import {
  CircleCheck,
  CirclePause,
  CircleX,
  Clock,
  Flag,
  LoaderCircle,
  type LucideIcon,
  TriangleAlert,
} from 'lucide-react';
import { formatInstant, formatSpan } from '../../models/format';
import { jobPath } from '../../models/jobs';
import { runWords, type ScheduleStatus, scheduleStatus } from '../../models/schedules';
import { Link } from '../../router/link';
import { Icon } from '../../ui/icon';

const looks: Record<ScheduleStatus, { icon: LucideIcon; word: string; className: string; title: string }> = {
  overdue: {
    icon: TriangleAlert,
    word: 'Overdue',
    className: 'status-warning',
    title: 'Its run came due and no worker has taken it.',
  },
  paused: { icon: CirclePause, word: 'Paused', className: 'status-paused', title: 'It makes no run until resumed.' },
  ended: { icon: Flag, word: 'Over', className: 'status-paused', title: 'It makes no further run.' },
  active: { icon: CircleCheck, word: 'On time', className: 'status-healthy', title: 'Its next run is ahead.' },
};

export function ScheduleState({ schedule }: { schedule: ScheduleInfo }) {
  const status = scheduleStatus(schedule);
  const { icon, word, className, title } = looks[status];
  const by = schedule.paused && schedule.pausedAt ? ` Since ${formatInstant(schedule.pausedAt)}.` : '';
  return (
    <span className={`status ${className}`} title={`${title}${by}`}>
      <Icon icon={icon} small />
      {word}
      {status === 'overdue' && schedule.overdueMs !== undefined && ` ${formatSpan(schedule.overdueMs)}`}
    </span>
  );
}

const runLooks: Record<ScheduleRun['state'], { icon: LucideIcon; className: string }> = {
  completed: { icon: CircleCheck, className: 'text-healthy' },
  failed: { icon: CircleX, className: 'text-critical' },
  active: { icon: LoaderCircle, className: 'text-accent' },
  waiting: { icon: Clock, className: 'text-text-3' },
  delayed: { icon: Clock, className: 'text-text-3' },
  'waiting-children': { icon: Clock, className: 'text-text-3' },
};

export function RunIcon({ state }: { state: ScheduleRun['state'] }) {
  const { icon, className } = runLooks[state];
  return <Icon icon={icon} small className={className} />;
}

/** The last runs as marks, the latest first; each leads to its job. */
export function RunMarks({ schedule: { queueName, lastRuns } }: { schedule: ScheduleInfo }) {
  if (lastRuns.length === 0) return <span className="text-text-3">None kept</span>;
  return (
    <span className="run-marks">
      {lastRuns.slice(0, 4).map((run) => {
        const words = `${runWords(run)}, due ${formatInstant(run.dueAt)}`;
        return (
          <Link key={run.jobId} to={jobPath({ queueName, jobId: run.jobId })} title={words} aria-label={words}>
            <RunIcon state={run.state} />
          </Link>
        );
      })}
    </span>
  );
}
