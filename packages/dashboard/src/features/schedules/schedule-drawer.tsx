import type { ScheduleInfo } from '@drover/contract';
import { CirclePause, Pencil, Play, Trash2, X } from 'lucide-react';
import { personWords } from '../../models/alerts';
import { formatCount, formatInstant, formatRoughly } from '../../models/format';
import { formatBytes, jobPath } from '../../models/jobs';
import { everyWords, runWords, viewerZone } from '../../models/schedules';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { IconButton } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icon';
import { Empty, QueryError, Skeleton } from '../../ui/panel-states';
import { RunIcon, ScheduleState } from './schedule-state';
import { HereTime, RunIn, ZoneTime } from './schedule-times';

export interface ScheduleDrawerProps {
  scheduleId: string;
  schedule: ScheduleInfo | undefined;
  /** True: there is no such schedule (any more). */
  gone: boolean;
  error: Error | null;
  onRetry: () => void;
  nowMs: number;
  self: string | undefined;
  busy: boolean;
  onRun: () => void;
  onPause: (paused: boolean) => void;
  onEdit: () => void;
  onRemove: () => void;
  onClose: () => void;
}

/** One schedule: when it runs, how its runs ended, and what can be done about it. */
export function ScheduleDrawer(props: ScheduleDrawerProps) {
  const { scheduleId, schedule, gone, error, onRetry, busy, onClose } = props;
  return (
    <Dialog label={`Schedule ${scheduleId}`} className="dialog-side" onClose={onClose}>
      <div className="dialog-head">
        <h2 className="ellipsis" title={scheduleId}>
          {scheduleId}
        </h2>
        <IconButton icon={X} label="Close" onClick={onClose} />
      </div>
      <div className="drawer-body">
        {schedule ? (
          <>
            <div className="schedule-actions">
              <button type="button" className="btn btn-sm" disabled={busy} onClick={props.onRun}>
                <Icon icon={Play} small />
                Run now
              </button>
              <button
                type="button"
                className="btn btn-sm"
                disabled={busy}
                onClick={() => props.onPause(!schedule.paused)}
              >
                <Icon icon={schedule.paused ? Play : CirclePause} small />
                {schedule.paused ? 'Resume' : 'Pause'}
              </button>
              <button type="button" className="btn btn-sm" disabled={busy} onClick={props.onEdit}>
                <Icon icon={Pencil} small />
                Edit…
              </button>
              <button type="button" className="btn btn-sm" disabled={busy} onClick={props.onRemove}>
                <Icon icon={Trash2} small />
                Remove…
              </button>
            </div>
            <Body {...props} schedule={schedule} />
          </>
        ) : gone ? (
          <Empty title="There is no such schedule.">It may have been removed, here or in code.</Empty>
        ) : error ? (
          <QueryError error={error} onRetry={onRetry} />
        ) : (
          <Skeleton className="h-72 opacity-50" />
        )}
      </div>
    </Dialog>
  );
}

function Body({ schedule, nowMs, self }: ScheduleDrawerProps & { schedule: ScheduleInfo }) {
  const { queueName, nextRuns, lastRuns, tz, everyMs } = schedule;
  return (
    <>
      <Missed schedule={schedule} />
      <dl className="job-facts drawer-section">
        <Fact label="State">
          <ScheduleState schedule={schedule} />
          {schedule.paused && schedule.pausedBy && ` by ${personWords(schedule.pausedBy, self)}`}
        </Fact>
        <Fact label="Runs">
          {everyWords(schedule)}
          {schedule.pattern !== undefined && everyWords(schedule) !== schedule.pattern && (
            <code className="text-text-3"> {schedule.pattern}</code>
          )}
          {tz !== undefined && `, ${tz}`}
        </Fact>
        <Fact label="Makes">{schedule.jobName}</Fact>
        <Fact label="Queue">
          <Link className="link" to={queuePath(queueName)}>
            {queueName}
          </Link>
        </Fact>
        <Fact label="Payload">{formatBytes(schedule.dataBytes)}</Fact>
        <Fact label="Runs so far">
          {formatCount(schedule.runs)}
          {schedule.limit !== undefined && ` of ${formatCount(schedule.limit)} at most`}
        </Fact>
        {schedule.startAt && <Fact label="Not before">{formatInstant(schedule.startAt)}</Fact>}
        {schedule.endAt && <Fact label="Not after">{formatInstant(schedule.endAt)}</Fact>}
      </dl>
      <h3 className="drawer-title">Next runs</h3>
      {nextRuns.length === 0 ? (
        <p className="line-2">{schedule.paused ? 'None until it is resumed.' : 'None: it is over.'}</p>
      ) : (
        <table className="run-table">
          <thead>
            <tr>
              <th scope="col">In</th>
              <th scope="col">For you, {viewerZone()}</th>
              {everyMs === undefined && <th scope="col">In its zone</th>}
            </tr>
          </thead>
          <tbody>
            {nextRuns.map((at) => (
              <tr key={at.getTime()}>
                <td>
                  <RunIn at={at} nowMs={nowMs} />
                </td>
                <td>
                  <HereTime at={at} nowMs={nowMs} />
                </td>
                {everyMs === undefined && (
                  <td>
                    <ZoneTime at={at} zone={tz} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <h3 className="drawer-title">Last runs</h3>
      {lastRuns.length === 0 ? (
        <p className="line-2">None that BullMQ kept: it ran not yet, or its jobs are removed when they finish.</p>
      ) : (
        <ul className="run-list">
          {lastRuns.map((run) => (
            <li key={run.jobId}>
              <RunIcon state={run.state} />
              <Link className="link" to={jobPath({ queueName, jobId: run.jobId })}>
                {runWords(run)}
              </Link>
              <time dateTime={run.dueAt.toISOString()} title={formatInstant(run.dueAt)} className="text-text-3">
                {formatRoughly(nowMs - run.dueAt.getTime())} ago
              </time>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Missed({ schedule: { overdueMs, paused, queueName } }: { schedule: ScheduleInfo }) {
  if (overdueMs === undefined || paused) return null;
  return (
    <p className="text-warning">
      Its run has been due for {formatRoughly(overdueMs)} and no worker has taken it.{' '}
      <Link className="link" to={`/alerts?kind=schedule_missed&queue=${encodeURIComponent(queueName)}`}>
        Alerts about missed runs
      </Link>
    </p>
  );
}

function Fact({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}
