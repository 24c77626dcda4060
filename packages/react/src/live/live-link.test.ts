import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleDelta, sampleQueue, sampleSnapshot } from '../../testing/sample-data.js';
import { queueSystemKeys as keys } from '../keys.js';
import { isUnreachable, LiveLink, type StreamHandlers } from './live-link.js';
import { retryDelayMs } from './live-state.js';

class Unreachable extends Error {
  readonly status = 0;
  readonly code = 'network';
}

function setUp({ stream = true } = {}) {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const opened: StreamHandlers[] = [];
  let closed = 0;
  const server = { up: true, seconds: 10 };
  const fetchDashboard = async () => {
    if (!server.up) throw new Unreachable('away');
    return sampleSnapshot(server.seconds++, []).dashboard;
  };
  const fetchNow = () => cache.fetchQuery({ queryKey: keys.dashboard(), queryFn: fetchDashboard, staleTime: 0 });
  const probe = vi.fn(fetchNow);
  const link = new LiveLink({
    cache,
    ...(stream && {
      openStream: (handlers: StreamHandlers) => {
        opened.push(handlers);
        return () => {
          closed += 1;
        };
      },
    }),
    probe,
    random: () => 1,
  });
  const newest = () => {
    const handlers = opened.at(-1);
    if (!handlers) throw new Error('No stream was opened.');
    return handlers;
  };
  return { cache, link, server, probe, fetchNow, opened, newest, closed: () => closed };
}

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-23T14:00:00Z') }));
afterEach(() => void vi.useRealTimers());

describe('the live link', () => {
  it('is live from the first snapshot and writes what comes into the cache', () => {
    const { cache, link, newest } = setUp();
    link.start();
    expect(link.getState()).toEqual({ phase: 'connecting' });
    newest().onSnapshot(sampleSnapshot(1, [sampleQueue('mail', 1)]));
    newest().onDelta(sampleDelta(2, []));
    expect(link.getState()).toEqual({ phase: 'live', updatedAt: Date.now() });
    expect(cache.getQueryData(keys.dashboard())).toMatchObject({ totalWaiting: 2 });
    link.stop();
  });

  it('hands the first snapshot to queries that wait for it, even those asked before it started', async () => {
    const { link, newest } = setUp();
    const early = link.first('dashboard');
    link.start();
    newest().onSnapshot(sampleSnapshot(7, []));
    await expect(early).resolves.toMatchObject({ totalWaiting: 7 });
    link.stop();
  });

  it('lets waiting queries fetch when the stream stays silent', async () => {
    const { link } = setUp();
    link.start();
    const waiting = link.first('dashboard');
    await vi.advanceTimersByTimeAsync(2_000);
    await expect(waiting).resolves.toBeUndefined();
    expect(link.getState().phase).toBe('polling');
    link.stop();
  });

  it('asks nobody to wait once the stream delivers', async () => {
    const { link, newest } = setUp();
    link.start();
    newest().onSnapshot(sampleSnapshot(1, []));
    newest().onDown();
    await expect(link.first('dashboard')).resolves.toBeUndefined();
    link.stop();
  });

  it('polls while the stream is down, marks what it carried as stale, and is live again by itself', () => {
    const { cache, link, newest } = setUp();
    link.start();
    newest().onSnapshot(sampleSnapshot(1, []));
    newest().onDown();
    expect(link.getState().phase).toBe('polling');
    expect(cache.getQueryState(keys.dashboard())?.isInvalidated).toBe(true);
    newest().onDelta(sampleDelta(2, []));
    expect(link.getState().phase).toBe('live');
    link.stop();
  });

  it('goes offline when polling fails too, and probes further and further apart until the server is back', async () => {
    const { link, newest, server, fetchNow, probe } = setUp();
    link.start();
    newest().onDown();
    server.up = false;
    await fetchNow().catch(() => undefined);
    expect(link.getState()).toEqual({ phase: 'offline', retryAt: Date.now() + 1_000 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(probe).toHaveBeenCalledTimes(1);
    expect(link.getState()).toEqual({ phase: 'offline', retryAt: Date.now() + 2_000 });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(link.getState()).toEqual({ phase: 'offline', retryAt: Date.now() + 4_000 });
    server.up = true;
    await vi.advanceTimersByTimeAsync(4_000);
    expect(link.getState()).toEqual({ phase: 'polling', updatedAt: Date.now() });
    link.stop();
  });

  it('counts the failures of one round of queries once', async () => {
    const { link, newest, server, fetchNow } = setUp();
    link.start();
    newest().onDown();
    server.up = false;
    await Promise.allSettled([fetchNow(), fetchNow()]);
    await fetchNow().catch(() => undefined);
    expect(link.getState().retryAt).toBe(Date.now() + 1_000);
    link.stop();
  });

  it('does not call a repeated old tick fresh', async () => {
    const { link, server, fetchNow } = setUp({ stream: false });
    link.start();
    await fetchNow();
    const first = link.getState().updatedAt;
    server.seconds -= 1;
    vi.setSystemTime(Date.now() + 60_000);
    await fetchNow();
    expect(link.getState()).toEqual({ phase: 'polling', updatedAt: first });
    link.stop();
  });

  it('stops when the page is hidden and comes back with one new stream', () => {
    const { link, newest, opened, closed } = setUp();
    link.start();
    newest().onSnapshot(sampleSnapshot(1, []));
    link.setHidden(true);
    expect(link.getState()).toMatchObject({ phase: 'paused', pausedBy: 'hidden' });
    expect(closed()).toBe(1);
    link.setHidden(false);
    expect(link.getState().phase).toBe('connecting');
    expect(opened).toHaveLength(2);
    link.stop();
  });

  it('stays paused by hand when the page is hidden and shown again', () => {
    const { link, opened } = setUp();
    link.start();
    link.pause();
    link.setHidden(true);
    link.setHidden(false);
    expect(link.getState()).toMatchObject({ phase: 'paused', pausedBy: 'hand' });
    expect(opened).toHaveLength(1);
    link.resume();
    expect(link.getState().phase).toBe('connecting');
    link.stop();
  });

  it('refreshes once on return when it polls', () => {
    const { cache, link } = setUp({ stream: false });
    const invalidate = vi.spyOn(cache, 'invalidateQueries');
    link.start();
    link.setHidden(true);
    link.setHidden(false);
    expect(invalidate).toHaveBeenCalledTimes(1);
    link.stop();
  });
});

describe('telling an unreachable server from a refusal', () => {
  it.each([
    [0, true],
    [502, true],
    [503, true],
    [401, false],
    [404, false],
    [500, false],
    [501, false],
  ])('status %i: unreachable %s', (status, unreachable) => {
    expect(isUnreachable(Object.assign(new Error('x'), { status }))).toBe(unreachable);
  });

  it('takes a call that was given up for neither', () => {
    expect(isUnreachable(Object.assign(new Error('x'), { status: 0, code: 'aborted' }))).toBe(false);
  });
});

describe('the delay before an attempt', () => {
  it('doubles, is never beyond 30 s and never below half of its step', () => {
    expect([0, 1, 2, 3, 9].map((failures) => retryDelayMs(failures, 1))).toEqual([1_000, 2_000, 4_000, 8_000, 30_000]);
    expect(retryDelayMs(3, 0)).toBe(4_000);
  });
});
