import type { QueueHealthStatus, QueueMetricsResponse } from '@drover/contract';
import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import { at, sampleDelta, sampleMetrics, sampleQueue, sampleSnapshot } from '../../testing/sample-data.js';
import { queueSystemKeys as keys } from '../keys.js';
import { mergeQueues, withCurrent, writeDelta, writeSnapshot } from './write-live.js';

describe('writing live data into the cache', () => {
  it('puts every part of a snapshot under the key of its hook', () => {
    const cache = new QueryClient();
    const snapshot = sampleSnapshot(1, [sampleQueue('mail', 1)]);
    writeSnapshot(cache, snapshot);
    expect(cache.getQueryData(keys.dashboard())).toEqual(snapshot.dashboard);
    expect(cache.getQueryData(keys.health())).toEqual(snapshot.health);
    expect(cache.getQueryData(keys.status())).toEqual(snapshot.status);
    expect(cache.getQueryData(keys.queuesHealth())).toEqual(snapshot.queues);
    expect(cache.getQueryData(keys.workerMemory())).toEqual(snapshot.workers);
    expect(cache.getQueryData(keys.currentMemory())).toEqual(snapshot.memory);
  });

  it('keeps the identity of queues that a delta leaves alone', () => {
    const cache = new QueryClient();
    writeSnapshot(cache, sampleSnapshot(1, [sampleQueue('mail', 1), sampleQueue('pay', 1)]));
    const before = cache.getQueryData<QueueHealthStatus[]>(keys.queuesHealth());
    writeDelta(cache, sampleDelta(2, [sampleQueue('pay', 2, { waiting: 9 })]));
    const after = cache.getQueryData<QueueHealthStatus[]>(keys.queuesHealth());
    expect(after?.[0]).toBe(before?.[0]);
    expect(after?.[1]?.metrics.waiting).toBe(9);
  });

  it('adds new queues at the end and drops removed ones', () => {
    const held = [sampleQueue('a', 1), sampleQueue('b', 1)];
    const merged = mergeQueues(held, { changedQueues: [sampleQueue('c', 2)], removedQueues: ['a'] });
    expect(merged.map(({ queueName }) => queueName)).toEqual(['b', 'c']);
  });

  it('does not make a list out of a delta that comes before any snapshot', () => {
    const cache = new QueryClient();
    writeDelta(cache, sampleDelta(2, [sampleQueue('pay', 2)]));
    expect(cache.getQueryData(keys.queuesHealth())).toBeUndefined();
  });

  it('follows the current metrics of the queues that are looked at, and of no other', () => {
    const cache = new QueryClient();
    const key = keys.queueMetrics('pay', { history: true });
    cache.setQueryData<QueueMetricsResponse>(key, { current: sampleMetrics('pay', 1) });
    writeDelta(cache, sampleDelta(2, [sampleQueue('pay', 2, { waiting: 9 }), sampleQueue('mail', 2)]));
    expect(cache.getQueryData<QueueMetricsResponse>(key)?.current.waiting).toBe(9);
    expect(cache.getQueryCache().findAll({ queryKey: ['queue-system', 'queues', 'mail'] })).toEqual([]);
  });

  it('leaves the history of a fixed range alone', () => {
    const cache = new QueryClient();
    const key = keys.queueMetrics('pay', { history: true, until: at(5).toISOString() });
    const history = [sampleMetrics('pay', 0)];
    cache.setQueryData<QueueMetricsResponse>(key, { current: sampleMetrics('pay', 0), history, stepMs: 10_000 });
    writeDelta(cache, sampleDelta(60, [sampleQueue('pay', 60)]));
    expect(cache.getQueryData<QueueMetricsResponse>(key)?.history).toHaveLength(1);
  });

  it.each([
    { seconds: 9, points: 1, why: 'the step is not over' },
    { seconds: 10, points: 2, why: 'the step is over' },
  ])('lets a running history have $points points after $seconds s: $why', ({ seconds, points }) => {
    const held = { current: sampleMetrics('pay', 0), history: [sampleMetrics('pay', 0)], stepMs: 10_000 };
    expect(withCurrent(held, sampleMetrics('pay', seconds), true).history).toHaveLength(points);
  });

  it('begins a running history on a page that was opened before anything was recorded', () => {
    const held = { current: sampleMetrics('pay', 0), history: [], stepMs: 10_000 };
    expect(withCurrent(held, sampleMetrics('pay', 1), true).history).toHaveLength(1);
  });
});
