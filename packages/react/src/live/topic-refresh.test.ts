import type { PublishedTopic } from '@drover/contract';
import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { queueSystemKeys as keys } from '../keys.js';
import { isCovered } from './live-link.js';
import { TopicRefresh } from './topic-refresh.js';

const known = {
  active: keys.alerts(),
  history: keys.alertHistory(),
  operations: keys.operations(),
  one: keys.operation('one'),
  other: keys.operation('other'),
  workerMemory: keys.workerMemory(),
  recycles: keys.recycles(),
  audit: keys.audit(),
  timeouts: keys.timeouts(),
};
let cache: QueryClient;
let refresh: TopicRefresh;
beforeEach(() => {
  vi.useFakeTimers();
  cache = new QueryClient();
  for (const key of Object.values(known)) cache.setQueryData(key, {});
  refresh = new TopicRefresh(cache, isCovered);
});
afterEach(() => void vi.useRealTimers());

const stale = () =>
  Object.entries(known)
    .filter(([, key]) => cache.getQueryState(key)?.isInvalidated)
    .map(([name]) => name);

it.each<[PublishedTopic, string[]]>([
  ['alerts', ['history']],
  ['operations', ['operations', 'one', 'other']],
  ['workers', ['recycles']],
  ['audit', ['audit']],
])('an event of %s makes stale what it is about, but nothing that the stream carries', (topic, expected) => {
  refresh.after(topic, { type: 'thing.happened' });
  expect(stale()).toEqual([]);
  vi.runAllTimers();
  expect(stale()).toEqual(expected);
});

it('the progress of an operation touches no other', () => {
  refresh.after('operations', { type: 'operation.progress', id: 'one' });
  vi.runAllTimers();
  expect(stale()).toEqual(['one']);
});

it('a storm of events is one round', () => {
  const invalidate = vi.spyOn(cache, 'invalidateQueries');
  for (let count = 0; count < 100; count++) refresh.after('alerts', { type: 'alert.fired' });
  vi.runAllTimers();
  expect(invalidate).toHaveBeenCalledTimes(1);
});

it('nothing is read for a stream that was closed', () => {
  refresh.after('audit');
  refresh.cancel();
  vi.runAllTimers();
  expect(stale()).toEqual([]);
});
