import { describe, expect, it } from 'vitest';
import { at } from '../../testing/queues.js';
import { deadlineOf, jobSteps, treeOf } from './job-life.js';

describe('the life of a job', () => {
  it('tells the time between steps, over those that have none', () => {
    const steps = jobSteps({
      timeline: [
        { kind: 'added', at: at(0) },
        { kind: 'attempt-failed', attempt: 1, error: 'declined' },
        { kind: 'started', at: at(60), attempt: 2, worker: 'w-1' },
        { kind: 'completed', at: at(61) },
      ],
    });
    expect(steps.map(({ words, afterMs, tone }) => [words, afterMs, tone])).toEqual([
      ['Added', undefined, 'neutral'],
      ['Attempt 1 failed', undefined, 'critical'],
      ['Attempt 2 started', 60_000, 'neutral'],
      ['Completed', 1_000, 'good'],
    ]);
  });
});

describe('the deadline of a job', () => {
  const active = { state: 'active', startedAt: at(0), name: 'send' } as const;
  const timeout = { timeout: 30_000, softTimeoutPercentage: 80, adaptiveEnabled: false };

  it("is its name's own where there is one", () => {
    expect(deadlineOf(active, timeout)?.at).toEqual(at(30));
    expect(deadlineOf(active, { ...timeout, effective: { send: 5_000 } })?.at).toEqual(at(5));
  });

  it('says when it is only counted, and is none where nothing ends the attempt', () => {
    expect(deadlineOf(active, { ...timeout, shadow: true })?.words).toMatch(/only counted/);
    expect(deadlineOf(active, { ...timeout, enabled: false })).toBeUndefined();
    expect(deadlineOf({ ...active, state: 'failed' }, timeout)).toBeUndefined();
    expect(deadlineOf(active, undefined)).toBeUndefined();
  });
});

describe('a flow', () => {
  const node = (jobId: string, parent?: number) => ({
    queueName: 'mail',
    jobId,
    ...(parent !== undefined && { parent }),
  });

  it('hangs children below their parents', () => {
    const tree = treeOf([node('root'), node('a', 0), node('b', 0), node('c', 1)]);
    expect(tree?.children.map((branch) => branch.node.jobId)).toEqual(['a', 'b']);
    expect(tree?.children[0]?.children[0]?.node.jobId).toBe('c');
    expect(treeOf([])).toBeUndefined();
  });

  it('cannot be made to run in circles by a reply that is wrong', () => {
    expect(treeOf([node('root', 0), node('a', 1), node('b', 7)])?.children).toEqual([]);
  });
});
