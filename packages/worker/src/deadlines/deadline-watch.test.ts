import { resolveTimeoutPolicy, type TimeoutSettings } from '@drover/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../testing/deferred.js';
import { ABORT_SETTLE_MS, DeadlineWatch } from './deadline-watch.js';
import { JobTimeoutError } from './job-timeout-error.js';

interface TestJob {
  readonly name: string;
}
const putOff = new Error('put off');

/** A watch over a clock that the test turns, with all that it told. */
function watching(settings: TimeoutSettings = { timeoutMs: 1_000 }) {
  let policy = resolveTimeoutPolicy([settings]);
  const told: string[] = [];
  const watch = new DeadlineWatch<TestJob>({
    timeouts: {
      get policy() {
        return policy;
      },
      of: (name) => {
        const timeoutMs = policy.enabled ? (name === 'short' ? 100 : policy.timeoutMs) : Infinity;
        return { timeoutMs, softMs: (timeoutMs * policy.softTimeoutPercentage) / 100 };
      },
    },
    nowMs: () => Date.now(),
    abort: (job, reason) => void told.push(`abort ${job.name} ${reason.timeoutMs}`),
    onSoftTimeout: (job, { ranMs }) => void told.push(`soft ${job.name} ${ranMs}`),
    onTimeout: (job, { ranMs, shadow }) => void told.push(`${shadow ? 'overdue' : 'timeout'} ${job.name} ${ranMs}`),
    onAbandoned: (job, { ranMs }) => void told.push(`abandoned ${job.name} ${ranMs}`),
    isPutOff: (error) => error === putOff,
  });
  const begin = (name = 'long', hasSignal = true) => {
    const handler = deferred<string>();
    const outcome = vi.fn();
    watch.guard({ name }, Date.now(), hasSignal, () => handler.promise).then(outcome, outcome);
    return { ...handler, outcome };
  };
  const change = (next: TimeoutSettings) => {
    policy = resolveTimeoutPolicy([next]);
    watch.review();
  };
  return { watch, told, begin, change };
}

const timedOut = expect.any(JobTimeoutError);

describe('DeadlineWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('passes outcomes on, and holds one timer for any number of attempts', async () => {
    const { told, begin } = watching();
    const good = begin();
    const bad = begin();
    for (let index = 0; index < 50; index++) begin();
    expect(vi.getTimerCount()).toBe(1);
    good.resolve('done');
    bad.reject(new Error('no'));
    await vi.advanceTimersByTimeAsync(0);
    expect(good.outcome).toHaveBeenCalledWith('done');
    expect(bad.outcome).toHaveBeenCalledWith(new Error('no'));
    expect(told).toEqual([]);
  });

  it('sets no timer again once nothing is in hand', async () => {
    const { begin } = watching();
    begin().resolve('done');
    await vi.advanceTimersByTimeAsync(800);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells softly, then aborts; the handler’s rejection fails the attempt as a timeout', async () => {
    const { told, begin } = watching();
    const attempt = begin();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told).toEqual(['soft long 800', 'timeout long 1000', 'abort long 1000']);
    const reaction = new Error('aborted');
    attempt.reject(reaction);
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt.outcome).toHaveBeenCalledExactlyOnceWith(timedOut);
    expect(attempt.outcome.mock.calls[0]?.[0]).toMatchObject({ name: 'TimeoutError', cause: reaction });
  });

  it('takes a handler that returns when aborted for timed out, not for done', async () => {
    const { begin, watch } = watching();
    const attempt = begin();
    await vi.advanceTimersByTimeAsync(1_000);
    attempt.resolve('stopped early');
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt.outcome).toHaveBeenCalledExactlyOnceWith(timedOut);
    expect(watch.abandoned).toBe(0);
  });

  it.each([putOff, Object.assign(new Error('for good'), { name: 'UnrecoverableError' })])(
    'lets a handler say where its job goes, also when aborted: %s',
    async (error) => {
      const { begin } = watching();
      const attempt = begin();
      await vi.advanceTimersByTimeAsync(1_000);
      attempt.reject(error);
      await vi.advanceTimersByTimeAsync(0);
      expect(attempt.outcome).toHaveBeenCalledExactlyOnceWith(error);
    },
  );

  it('abandons a handler that does not end, and counts it until it does', async () => {
    const { told, begin, watch } = watching();
    const attempt = begin();
    await vi.advanceTimersByTimeAsync(1_000 + ABORT_SETTLE_MS);
    expect(told.at(-1)).toBe('abandoned long 1250');
    expect(attempt.outcome).toHaveBeenCalledExactlyOnceWith(timedOut);
    expect(watch.abandoned).toBe(1);
    attempt.resolve('late');
    await vi.advanceTimersByTimeAsync(0);
    expect(watch.abandoned).toBe(0);
    expect(attempt.outcome).toHaveBeenCalledOnce();
  });

  it('waits for no handler that cannot hear', async () => {
    const { begin } = watching();
    const attempt = begin('long', false);
    await vi.advanceTimersByTimeAsync(1_010);
    expect(attempt.outcome).toHaveBeenCalledExactlyOnceWith(timedOut);
  });

  it('holds an attempt that begins later but ends earlier', async () => {
    const { told, begin } = watching();
    begin();
    await vi.advanceTimersByTimeAsync(300);
    begin('short');
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual(['soft short 80', 'timeout short 100', 'abort short 100']);
  });

  it('holds attempts in hand to a change, longer or shorter', async () => {
    const { told, begin, change } = watching({ timeoutMs: 1_000, softTimeoutPercentage: 100 });
    begin();
    await vi.advanceTimersByTimeAsync(900);
    change({ timeoutMs: 5_000, softTimeoutPercentage: 100 });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(told).toEqual([]);
    change({ timeoutMs: 2_000 });
    expect(told).toEqual(['timeout long 3900', 'abort long 2000']);
  });

  it('stops holding them when timeouts are switched off', async () => {
    const { told, begin, change } = watching();
    begin();
    change({ timeoutMs: 1_000, enabled: false });
    await vi.advanceTimersByTimeAsync(9_000);
    expect(told).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('in shadow mode tells once and kills nothing; kills when the shadow ends', async () => {
    const { told, begin, change } = watching({ timeoutMs: 1_000, shadow: true });
    const attempt = begin();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(told).toEqual(['soft long 800', 'overdue long 1000']);
    attempt.resolve('done');
    await vi.advanceTimersByTimeAsync(0);
    expect(attempt.outcome).toHaveBeenCalledWith('done');
    begin();
    await vi.advanceTimersByTimeAsync(2_000);
    change({ timeoutMs: 1_000 });
    expect(told.at(-1)).toBe('abort long 1000');
  });

  it('passes on what a handler throws before it first waits', () => {
    const { watch } = watching();
    const failure = new Error('at once');
    const begin = () => {
      throw failure;
    };
    expect(() => watch.guard({ name: 'long' }, 0, true, begin)).toThrow(failure);
    expect(vi.getTimerCount()).toBe(0);
  });
});
