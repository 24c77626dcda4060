import type { ChangeJobsRequest } from '@drover/contract';
import { describe, expect, it, vi } from 'vitest';
import { changeJobs } from './change-jobs.js';

const jobsOf = (queueName: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ queueName, jobId: String(at) }));

/** All are done but those that `refuse` names. */
const server = (refuse: readonly string[] = []) =>
  vi.fn(async (_queueName: string, { action, jobIds }: ChangeJobsRequest) => {
    const errors = jobIds.filter((jobId) => refuse.includes(jobId)).map((jobId) => ({ jobId, error: 'is gone' }));
    return {
      success: true,
      action,
      total: jobIds.length,
      done: jobIds.length - errors.length,
      failed: errors.length,
      ...(errors.length > 0 && { errors }),
    };
  });

describe('changing many jobs', () => {
  it('goes queue by queue, a hundred at a time, and tells how far it is', async () => {
    const send = server(['7']);
    const onProgress = vi.fn();
    const jobs = [...jobsOf('mail', 150), ...jobsOf('tax', 5)];
    const result = await changeJobs({ action: 'retry', jobs, onProgress }, send);
    expect(send.mock.calls.map(([queueName, { jobIds }]) => [queueName, jobIds.length])).toEqual([
      ['mail', 100],
      ['mail', 50],
      ['tax', 5],
    ]);
    expect(onProgress.mock.calls).toEqual([[100], [150], [155]]);
    expect(result).toEqual({
      total: 155,
      done: 154,
      untried: 0,
      failed: 1,
      errors: [{ queueName: 'mail', jobId: '7', error: 'is gone' }],
    });
  });

  it('stops before the next step when it is cancelled', async () => {
    const cancel = new AbortController();
    const send = server();
    const result = await changeJobs(
      { action: 'remove', jobs: jobsOf('mail', 300), signal: cancel.signal, onProgress: () => cancel.abort() },
      send,
    );
    expect(send).toHaveBeenCalledTimes(1);
    expect(result).toMatchObject({ done: 100, untried: 200 });
  });

  it('rejects when nothing was done, and else tells what was done before it broke off', async () => {
    const send = server();
    send.mockRejectedValueOnce(new Error('away'));
    await expect(changeJobs({ action: 'retry', jobs: jobsOf('mail', 200) }, send)).rejects.toThrow('away');
    const half = server();
    half.mockImplementationOnce(half.getMockImplementation() ?? server()).mockRejectedValueOnce(new Error('away'));
    const result = await changeJobs({ action: 'retry', jobs: jobsOf('mail', 200) }, half);
    expect(result).toMatchObject({ done: 100, untried: 100, ended: 'away' });
  });
});
