import type { JobReference } from '@drover/contract';
import type { JobsChange, JobsChangeResult } from '@drover/react';
import { useEffect, useRef, useState } from 'react';
import { formatCount, plural } from '../../models/format';
import { type JobActionKind, jobActions, jobsWords, resultWords } from '../../models/job-actions';
import { Dialog } from '../../ui/dialog';
import { FieldProblem } from '../../ui/field';
import { Switch, TextField } from '../../ui/inputs';

export interface JobActionDialogProps {
  kind: JobActionKind;
  jobs: readonly JobReference[];
  /** Rejects when nothing was done. */
  onRun: (change: JobsChange) => Promise<JobsChangeResult>;
  /** With the result, where all of it was done. */
  onClose: (result?: JobsChangeResult) => void;
}

/** The server's bound. */
const longestReason = 500;

/** Asks once, shows how far it is, can be stopped, and stays with what could not be done. */
export function JobActionDialog({ kind, jobs, onRun, onClose }: JobActionDialogProps) {
  const { verb, busy, effect, danger } = jobActions[kind];
  const [reason, setReason] = useState('');
  const [keep, setKeep] = useState(true);
  const [tried, setTried] = useState<number>();
  const [result, setResult] = useState<JobsChangeResult>();
  const [problem, setProblem] = useState<string>();
  const stop = useRef<AbortController>(undefined);
  const first = useRef<HTMLButtonElement>(null);
  const title = `${verb} ${jobsWords(jobs)}?`;
  const running = tried !== undefined && result === undefined;
  useEffect(() => {
    if (danger) first.current?.focus();
    return () => stop.current?.abort();
  }, [danger]);

  const run = async () => {
    if (running) return;
    stop.current = new AbortController();
    setTried(0);
    setProblem(undefined);
    try {
      const outcome = await onRun({
        action: kind,
        jobs,
        signal: stop.current.signal,
        onProgress: setTried,
        ...(kind === 'remove' && { trash: keep }),
        ...(kind === 'cancel' && reason.trim() !== '' && { reason: reason.trim() }),
      });
      if (outcome.done === outcome.total) onClose(outcome);
      else setResult(outcome);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setTried(undefined);
    }
  };

  if (result) return <Result kind={kind} result={result} onClose={() => onClose()} />;
  return (
    <Dialog label={title} className="dialog-confirm" onClose={() => !running && onClose()}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <h2 className="confirm-title">{title}</h2>
        <div className="confirm-body">
          <p>{jobs.length === 1 ? effect.one : effect.many}</p>
          {kind === 'remove' && (
            <Switch
              label="Keep a copy in the trash"
              hint="For seven days; until then it can be restored."
              checked={keep}
              onChange={setKeep}
              disabled={running}
            />
          )}
          {kind === 'cancel' && (
            <TextField
              label="Reason"
              hint="Optional. Told to the job, and kept in the audit log."
              value={reason}
              maxLength={longestReason}
              disabled={running}
              onChange={setReason}
            />
          )}
          {running && jobs.length > 1 && (
            <div className="job-progress">
              <progress className="operation-bar" max={jobs.length} value={tried} aria-label={busy} />
              <span>
                {formatCount(tried)} of {plural(jobs.length, 'job')}
              </span>
            </div>
          )}
        </div>
        {problem && <FieldProblem>{problem}</FieldProblem>}
        <div className="confirm-foot">
          <button
            ref={first}
            type="button"
            className="btn"
            disabled={running && jobs.length === 1}
            onClick={() => (running ? stop.current?.abort() : onClose())}
          >
            {running ? 'Stop' : danger ? 'Leave as it is' : 'Cancel'}
          </button>
          <button type="submit" className={`btn ${danger ? 'btn-danger' : 'btn-primary'}`} disabled={running}>
            {running ? `${busy}…` : jobs.length === 1 ? `${verb} the job` : `${verb} ${plural(jobs.length, 'job')}`}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

const shownErrors = 100;

function Result({ kind, result, onClose }: { kind: JobActionKind; result: JobsChangeResult; onClose: () => void }) {
  const { errors, failed } = result;
  return (
    <Dialog label="Result" className="dialog-confirm" onClose={onClose}>
      <div className="confirm-result">
        <h2 className="confirm-title" role="status">
          {resultWords(kind, result)}
        </h2>
        {errors.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
          <ul className="job-errors" tabIndex={0} aria-label="Jobs that could not be changed">
            {errors.slice(0, shownErrors).map(({ queueName, jobId, error }) => (
              <li key={`${queueName} ${jobId}`}>
                <strong>{jobId}</strong> of {queueName}: {error}
              </li>
            ))}
            {failed > Math.min(errors.length, shownErrors) && (
              <li>and {formatCount(failed - Math.min(errors.length, shownErrors))} more</li>
            )}
          </ul>
        )}
        <div className="confirm-foot">
          {/* biome-ignore lint/a11y/noAutofocus: the button that had the focus is gone, and with it the keyboard's place. */}
          <button type="button" className="btn btn-primary" autoFocus onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
