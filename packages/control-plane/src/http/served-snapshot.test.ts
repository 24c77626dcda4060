import { expect, it, vi } from 'vitest';
import { snapshotFeed } from './served-snapshot.js';
import { FakeReads, liveSnapshot, queueHealth } from './testing/fake-reads.js';

it('serialises a part once for a hundred readers, and not at all for none', () => {
  const reads = new FakeReads();
  const feed = snapshotFeed(reads);
  const stringify = vi.spyOn(JSON, 'stringify');
  const bodies = Array.from({ length: 100 }, () => feed.current()?.body('getQueuesHealth'));
  const compressed = new Set(bodies.map((body) => body?.gzip));
  expect(stringify).toHaveBeenCalledTimes(1);
  expect(compressed.size).toBe(1);
  const frames = new Set(Array.from({ length: 100 }, () => feed.current()?.frame()));
  expect(stringify).toHaveBeenCalledTimes(2);
  expect(frames.size).toBe(1);
  stringify.mockRestore();
});

it('gives those who subscribe and those who ask the same object', () => {
  const reads = new FakeReads();
  const feed = snapshotFeed(reads);
  const seen: unknown[] = [];
  feed.subscribe((served) => seen.push(served));
  reads.publish(liveSnapshot({ seq: 2 }));
  expect(seen).toEqual([feed.current()]);
  expect(seen[0]).toBe(feed.current());
});

it('finds queues by name, also one named like a property of every object', () => {
  const reads = new FakeReads();
  reads.publish(liveSnapshot({ queues: [queueHealth('__proto__', 4)] }));
  expect(snapshotFeed(reads).current()?.queue('__proto__')?.metrics.waiting).toBe(4);
  expect(snapshotFeed(reads).current()?.queue('constructor')).toBeUndefined();
});
