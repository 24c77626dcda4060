import type { JobDetail } from '@drover/contract';
import { formatDuration, formatInstant } from '../../models/format';
import { jobSteps } from '../../models/job-life';
import { Link } from '../../router/link';
import { Panel } from '../../ui/panel';

const dots = { critical: 'dot-critical', good: 'dot-healthy', neutral: '' };

/** What happened to a job, with the time from one step to the next. */
export function TimelinePanel({ job }: { job: JobDetail }) {
  return (
    <Panel title="Timeline" meta="as far as BullMQ keeps it">
      <ol className="life job-life" aria-label="What happened">
        {jobSteps(job).map((step, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a timeline only grows at its end.
          <li key={index}>
            <span className={`life-dot ${dots[step.tone]}`} aria-hidden="true" />
            <span className="min-w-0">
              {step.words}
              {step.worker && (
                <>
                  {' on '}
                  <Link className="link" to={`/workers?worker=${encodeURIComponent(step.worker)}`}>
                    {step.worker}
                  </Link>
                </>
              )}
              {step.error && (
                <span className="line-2 ellipsis block" title={step.error}>
                  {step.error}
                </span>
              )}
            </span>
            {step.at ? (
              <time dateTime={step.at.toISOString()} title={formatInstant(step.at)} className="text-text-3">
                {step.afterMs === undefined ? formatInstant(step.at) : `${formatDuration(step.afterMs)} later`}
              </time>
            ) : (
              <span className="text-text-3">time not kept</span>
            )}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
