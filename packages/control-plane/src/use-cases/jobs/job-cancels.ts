import { type Clock, cancelsKey, type JobCancel, type JobGateway, type JobOutcome, withCancels } from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';

/** Workers look within a second; what answers to its signal has ended in the next moment. */
const WAIT_MS = 3_000;
const LOOK_EVERY_MS = 100;
const WHY_LENGTH = 300;

export interface JobCancelsOptions {
  readonly jobs: JobGateway;
  readonly settings: SettingsCache;
  readonly clock: Clock;
  readonly sleep: (ms: number) => Promise<void>;
}

export interface JobCancels {
  /**
   * Tells whichever workers run these jobs to stop, and waits a moment for it. The outcome of
   * each: done when it no longer runs.
   */
  cancel(
    queueName: string,
    jobIds: readonly string[],
    by: { readonly actor: string; readonly reason?: string | undefined },
  ): Promise<ReadonlyMap<string, JobOutcome>>;
}

export function createJobCancels({ jobs, settings, clock, sleep }: JobCancelsOptions): JobCancels {
  return {
    async cancel(queueName, jobIds, { actor, reason }) {
      const rows = await jobs.find(jobIds.map((jobId) => ({ queueName, jobId })));
      const outcomes = new Map<string, JobOutcome>();
      const asked: JobCancel[] = [];
      const why = `cancelled by ${actor}${reason === undefined ? '' : `: ${reason}`}`.slice(0, WHY_LENGTH);
      for (const [index, row] of rows.entries()) {
        const jobId = jobIds[index] ?? '';
        if (row === null) outcomes.set(jobId, gone(jobId));
        else if (row.state !== 'active' || row.startedAtMs === null) {
          outcomes.set(jobId, refused(`The job is ${row.state}: only a running one is cancelled.`));
        } else asked.push({ queueName, jobId, startedAtMs: row.startedAtMs, askedAtMs: clock.nowMs(), reason: why });
      }
      if (asked.length === 0) return outcomes;
      await editSetting(settings, cancelsKey, undefined, (value) => ({
        value: withCancels(value, asked, clock.nowMs()),
      }));
      for (const [jobId, outcome] of await follow(asked)) outcomes.set(jobId, outcome);
      return outcomes;
    },
  };

  async function follow(asked: readonly JobCancel[]): Promise<ReadonlyMap<string, JobOutcome>> {
    const outcomes = new Map<string, JobOutcome>();
    const untilMs = clock.monotonicMs() + WAIT_MS;
    let running = asked;
    for (;;) {
      const rows = await jobs.find(running);
      running = running.filter(({ jobId, startedAtMs }, index) => {
        const row = rows[index];
        const runs = row?.state === 'active' && row.startedAtMs === startedAtMs;
        // One that completed in the same moment was not cancelled.
        if (row?.state === 'completed') outcomes.set(jobId, refused('The job completed before it heard of it.'));
        else if (!runs) outcomes.set(jobId, { done: true });
        return runs;
      });
      if (running.length === 0 || clock.monotonicMs() >= untilMs) break;
      await sleep(LOOK_EVERY_MS);
    }
    const late =
      'Its worker was told, and the job has not ended yet: it may not listen to its signal, or its worker is gone.';
    for (const { jobId } of running) outcomes.set(jobId, refused(late));
    return outcomes;
  }
}

const gone = (jobId: string): JobOutcome => ({
  done: false,
  why: 'gone',
  reason: `There is no job ${jobId} any more.`,
});
const refused = (reason: string): JobOutcome => ({ done: false, why: 'refused', reason });
