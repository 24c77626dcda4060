import { describe, expect, it } from 'vitest';
import { memoryConfig, recycle, worker } from '../../testing/workers.js';
import { filterWorkers, readWorkerFilter, sortWorkers, workerRows } from './worker-rows.js';

const rowsOf = (...workers: ReturnType<typeof worker>[]) => workerRows(workers, memoryConfig, [recycle('going')]);
const only = (...workers: ReturnType<typeof worker>[]) => rowsOf(...workers)[0];

describe('a worker in the list', () => {
  it('stands against its hard limit, and the soft limit of its queue', () => {
    expect(only(worker('a', { rss: 500 }))).toMatchObject({ hardMB: 1_000, softMB: 700, level: 'normal' });
    expect(only(worker('a', { rss: 500, queueName: 'assets' }))).toMatchObject({ softMB: 400, level: 'warning' });
    expect(only(worker('a', { rss: 910 }))).toMatchObject({ level: 'critical' });
  });

  it('has no limits, rather than wrong ones, where it told none', () => {
    expect(only(worker('a', { rss: 500, percentage: 0 }))).toMatchObject({
      hardMB: undefined,
      softMB: undefined,
      percent: undefined,
      level: 'normal',
    });
  });

  it('shows that it is being recycled, and how far that is, before all else', () => {
    expect(only(worker('going', { shouldRecycle: true }))).toMatchObject({
      state: 'recycling',
      reason: 'new certificates: finishes its jobs',
    });
    expect(only(worker('a', { shouldRecycle: true, recycleReason: 'above soft limit' }))).toMatchObject({
      state: 'recycle_due',
      reason: 'above soft limit',
    });
  });
});

describe('the list of workers', () => {
  const rows = rowsOf(
    worker('w-2', { rss: 800, host: 'node-b', pid: 4711 }),
    worker('w-10', { rss: 300, queueName: 'assets' }),
    worker('w-1', { rss: 300, percentage: 0, startTime: new Date(0) }),
    worker('going'),
  );
  const shown = (search: string) =>
    filterWorkers(rows, readWorkerFilter(new URLSearchParams(search))).map(({ worker: { workerId } }) => workerId);

  it.each([
    ['', ['w-2', 'w-10', 'w-1', 'going']],
    ['q=471', ['w-2']],
    ['q=ASS', ['w-10']],
    ['queue=mail', ['w-2', 'w-1', 'going']],
    ['host=node-b', ['w-2']],
    ['state=recycling', ['going']],
    ['state=high', ['w-2']],
    ['state=ready&queue=mail', ['w-2', 'w-1']],
  ])('filtered by "%s" is %j', (search, names) => expect(shown(search)).toEqual(names));

  const sorted = (key: string, descending: boolean) =>
    sortWorkers(rows, { key, descending }).map(({ worker: { workerId } }) => workerId);

  it('is sorted by what is nearest to its limit, and without a limit last', () => {
    expect(sorted('memory', true)).toEqual(['w-2', 'w-10', 'going', 'w-1']);
  });

  it('is sorted by name as people count, and by uptime from the longest', () => {
    expect(sorted('worker', false)).toEqual(['going', 'w-1', 'w-2', 'w-10']);
    expect(sorted('uptime', true)[0]).toBe('w-1');
  });
});
