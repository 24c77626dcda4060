import { describe, expect, it } from 'vitest';
import {
  addOutcomes,
  addSlice,
  finish,
  leftOf,
  MAX_ERRORS,
  MAX_RESUMES,
  type Operation,
  type QueuePart,
  takeUp,
  totalsOf,
  uncountedOf,
  updatePart,
} from './operation.js';

const part = (queueName: string, more: Partial<QueuePart> = {}): QueuePart => ({
  ...{ queueName, state: 'pending', matched: 10, done: 0, failed: 0, uncounted: 0, after: null },
  ...more,
});

const operation = (more: Partial<Operation> = {}): Operation => ({
  ...{ kind: 'retry-failed', options: {}, dryRun: false, state: 'queued', requestedBy: 'user:ada', role: 'operator' },
  ...{ requestedAtMs: 1_000, untilMs: 1_000, resumes: 0, errors: [], queues: [part('a'), part('b')] },
  ...more,
});

describe('taking up', () => {
  it('starts what is new, and is no takeover', () => {
    expect(takeUp(operation(), 'one', 5_000)).toMatchObject({ state: 'running', startedAtMs: 5_000, resumes: 0 });
  });

  it('counts what another left without a word, and keeps when it began', () => {
    const left = operation({ state: 'running', runBy: 'one', startedAtMs: 2_000 });
    expect(takeUp(left, 'two', 5_000)).toMatchObject({ runBy: 'two', resumes: 1, startedAtMs: 2_000 });
  });

  it('does not count what was handed over in order, nor its own after an outage', () => {
    expect(takeUp(operation({ runBy: 'one', startedAtMs: 2_000 }), 'two', 5_000)).toMatchObject({ resumes: 0 });
    expect(takeUp(operation({ state: 'running', runBy: 'one' }), 'one', 5_000).resumes).toBe(0);
  });

  it('gives up what ends one control plane after another, and keeps the counts', () => {
    const left = operation({ state: 'running', runBy: 'one', resumes: MAX_RESUMES, queues: [part('a', { done: 3 })] });
    const ended = takeUp(left, 'two', 5_000);
    expect(ended).toMatchObject({ state: 'interrupted', finishedAtMs: 5_000 });
    expect(totalsOf(ended).done).toBe(3);
  });
});

describe('counting', () => {
  it('adds slices to their queue, and bounds the errors it tells', () => {
    const failures = Array.from({ length: 70 }, (_, index) => ({ jobId: `${index}`, reason: 'x'.repeat(1_000) }));
    let run = addSlice(operation(), 0, { changed: 5, failures, next: 'cursor' });
    run = addSlice(run, 0, { changed: 2, failures, next: null });
    expect(run.queues[0]).toMatchObject({ done: 7, failed: 140, after: null });
    expect(run.queues[1]).toEqual(part('b'));
    expect(run.errors).toHaveLength(MAX_ERRORS);
    expect(run.errors[0]).toMatch(/^a: job 0: x{200}$/);
  });

  it('takes the limit for the whole of a queue, whatever matches', () => {
    const limited = operation({ options: { limit: 4 } });
    expect(totalsOf(limited).total).toBe(8);
    expect(leftOf(limited, part('a', { done: 1, failed: 1, uncounted: 1 }))).toBe(1);
    expect(leftOf(limited, part('a', { done: 9 }))).toBe(0);
    expect(leftOf(operation(), part('a'))).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells what a lost answer may have done from what no longer matches', () => {
    // 10 matched, 4 are counted, 3 match still: 3 were done unseen, at most.
    expect(uncountedOf(part('a', { done: 4 }), 3)).toBe(3);
    expect(uncountedOf(part('a', { done: 4 }), 9)).toBe(0);
  });
});

describe('chosen jobs', () => {
  it('are counted by what became of them, and told where it was not done', () => {
    const told = addOutcomes(operation(), 1, [
      { jobId: '1', outcome: { done: true } },
      { jobId: '2', outcome: { done: false, why: 'gone', reason: 'not there' } },
      { jobId: '3', outcome: { done: false, why: 'refused', reason: 'is active' } },
      { jobId: '4', outcome: { fault: 'too large' } },
    ]);
    expect(told.queues[1]).toMatchObject({ done: 1, gone: 1, moved: 1, failed: 1 });
    expect(told.errors).toEqual(['b: job 2: not there', 'b: job 3: is active', 'b: job 4: too large']);
    expect(totalsOf(told)).toMatchObject({ done: 1, gone: 1, moved: 1, failed: 1, total: 20 });
  });

  it('are left alone when their canary stopped, which the end tells', () => {
    const canary = { jobs: 1, waitMs: 1, state: 'stopped', chosen: [], reason: 'it failed again' } as const;
    expect(finish(operation({ canary }), 9_000)).toMatchObject({ state: 'failed', message: 'it failed again' });
  });
});

describe('the end', () => {
  const done = part('a', { state: 'done' });
  it.each([
    ['all done', operation({ queues: [done, done] }), 'done'],
    ['one of two failed', operation({ queues: [done, part('b', { state: 'failed' })] }), 'done'],
    ['all failed', operation({ queues: [part('b', { state: 'failed' })] }), 'failed'],
    ['cancelled on the way', operation({ queues: [done, part('b')], cancel: { by: 'ada', atMs: 1 } }), 'cancelled'],
    ['cancelled too late', operation({ queues: [done, done], cancel: { by: 'ada', atMs: 1 } }), 'done'],
  ] as const)('of one %s', (_, run, state) => {
    expect(finish(run, 9_000)).toMatchObject({ state, finishedAtMs: 9_000 });
  });

  it('changes one part and no other', () => {
    expect(updatePart(operation(), 1, { done: 3 }).queues.map((each) => each.done)).toEqual([0, 3]);
  });
});
