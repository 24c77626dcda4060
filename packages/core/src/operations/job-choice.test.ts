import { describe, expect, it } from 'vitest';
import type { JobRow, JobState } from '../ports/job-gateway.js';
import { type Canary, type CanaryJob, judgeCanary } from './job-choice.js';

const tried = (jobId: string, more: Partial<CanaryJob> = {}): CanaryJob => ({
  ...{ queueName: 'mail', jobId, clearsItself: false, verdict: 'running' },
  ...more,
});
const canary = (...chosen: CanaryJob[]): Canary => ({
  ...{ jobs: 3, waitMs: 60_000, state: 'waiting', untilMs: 70_000 },
  chosen,
});
const row = (state: JobState) => ({ state }) as JobRow;
const judge = (rows: readonly (JobRow | null)[], nowMs = 20_000, ...chosen: CanaryJob[]) =>
  judgeCanary(canary(...(chosen.length > 0 ? chosen : [tried('1'), tried('2')])), rows, nowMs);

describe('a canary', () => {
  it('passes when all that were tried have completed', () => {
    expect(judge([row('completed'), row('completed')])).toMatchObject({ state: 'passed' });
  });

  it.each(['waiting', 'active', 'delayed', 'waiting-children'] as const)('waits while a job is %s', (state) => {
    expect(judge([row('completed'), row(state)])).toMatchObject({ state: 'waiting' });
  });

  it('stops with the first that fails, whatever the others do', () => {
    const judged = judge([row('waiting'), row('failed')]);
    expect(judged).toMatchObject({ state: 'stopped', chosen: [{ verdict: 'running' }, { verdict: 'failed' }] });
    expect(judged.reason).toContain('1 of 2 tried jobs failed again (job 2 of mail)');
  });

  it('stops when its time is over', () => {
    expect(judge([row('completed'), row('active')], 70_000)).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('1 of 2 tried jobs did not complete within 60 s'),
    });
    expect(judge([row('completed'), row('completed')], 90_000).state).toBe('passed');
  });

  it('takes a job that is gone for completed only where completing removes it', () => {
    expect(judge([row('completed'), null]).state).toBe('stopped');
    expect(judge([null], 0, tried('1', { clearsItself: true })).state).toBe('passed');
  });

  it('does not count what others had changed before, and stops when that is all', () => {
    expect(judge([row('completed'), null], 0, tried('1'), tried('2', { verdict: 'left' })).state).toBe('passed');
    expect(judge([null], 0, tried('1', { verdict: 'left' })).state).toBe('stopped');
  });

  it('keeps what was known before', () => {
    const judged = judge([null, row('completed')], 0, tried('1', { verdict: 'passed' }), tried('2'));
    expect(judged.state).toBe('passed');
  });
});
