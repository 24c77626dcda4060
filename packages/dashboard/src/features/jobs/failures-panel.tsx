import type { JobDetail } from '@drover/contract';
import { plural } from '../../models/format';
import { Panel } from '../../ui/panel';
import { TextButtons } from './json-view';

/** Why each attempt failed, the latest first and open. */
export function FailuresPanel({ job }: { job: JobDetail }) {
  const { attempts, error, attemptsMade } = job;
  const latest = attempts.toReversed();
  const all = latest.map(({ attempt, stack }) => `Attempt ${attempt}\n${stack}`).join('\n\n');
  return (
    <Panel
      title="Why it failed"
      meta={
        attempts.length > 0 &&
        (attempts.length < attemptsMade
          ? `${attempts.length} of ${plural(attemptsMade, 'attempt')} kept`
          : plural(attempts.length, 'failed attempt'))
      }
      actions={all !== '' && <TextButtons what="stacks" text={all} fileName={`job-${job.jobId}-stacks.txt`} />}
    >
      {attempts.length === 0 && <p className="job-error-alone">{error}</p>}
      {latest.map(({ attempt, error: line, stack }, at) => (
        <details key={attempt} className="attempt" open={at === 0}>
          <summary>
            <span className="attempt-number">Attempt {attempt}</span>
            <span className="attempt-error">{line}</span>
          </summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
          <section className="job-text" tabIndex={0} aria-label={`Stack of attempt ${attempt}`}>
            <pre>{stack}</pre>
          </section>
        </details>
      ))}
    </Panel>
  );
}
