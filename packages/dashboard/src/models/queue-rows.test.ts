import { describe, expect, it } from 'vitest';
import { issue, queue } from '../../testing/queues.js';
import { keepOrder } from './keep-order.js';
import { countByStatus, defaultSort, nextSort, readSort, runningWorkers, selectRows, sortParam } from './queue-rows.js';

const names = (rows: readonly { queueName: string }[]) => rows.map(({ queueName }) => queueName).join(' ');
const all = { search: '', status: 'all' } as const;

const queues = [
  queue('mail-10', { metrics: { waiting: 3, oldestWaitingMs: 900 } }),
  queue('mail-9', { metrics: { waiting: 30, oldestWaitingMs: 10 } }),
  queue('payments', { issues: [issue('critical')], metrics: { waiting: 7 } }),
  queue('search', { issues: [issue('warning')], metrics: { waiting: 0, unknown: ['waiting'] } }),
  queue('reports', { issues: [issue('warning', { kind: 'paused' })], paused: true, metrics: { waiting: 1 } }),
];

describe('the rows of the queue list', () => {
  it('come worst first, and among those in trouble the oldest wait first', () => {
    const late = queue('late', { issues: [issue('critical')], metrics: { waiting: 7, oldestWaitingMs: 9_000 } });
    const rows = selectRows([...queues, late], { ...all, sort: defaultSort });
    expect(names(rows)).toBe('late payments search mail-9 mail-10 reports');
  });

  it('stay where they are while queues are healthy, whatever their waits', () => {
    const healthy = [
      queue('b', { metrics: { oldestWaitingMs: 9_000 } }),
      queue('a', { metrics: { oldestWaitingMs: 1 } }),
    ];
    expect(names(selectRows(healthy, { ...all, sort: defaultSort }))).toBe('a b');
  });

  it('sort by number, with the unknown at the end either way', () => {
    const by = (descending: boolean) => names(selectRows(queues, { ...all, sort: { key: 'waiting', descending } }));
    expect(by(true)).toBe('mail-9 payments mail-10 reports search');
    expect(by(false)).toBe('reports mail-10 payments mail-9 search');
  });

  it('sort names as people count', () => {
    const sort = { key: 'queue', descending: false } as const;
    expect(names(selectRows(queues, { ...all, search: 'MAIL', sort }))).toBe('mail-9 mail-10');
  });

  it('filter by what is shown: a paused queue is not among the warnings', () => {
    const of = (status: 'warning' | 'paused') => names(selectRows(queues, { search: '', status, sort: defaultSort }));
    expect(of('warning')).toBe('search');
    expect(of('paused')).toBe('reports');
    expect(countByStatus(queues)).toEqual({ all: 5, critical: 1, warning: 1, healthy: 2, paused: 1 });
  });

  it('keep their places while they are held, with new ones at the end', () => {
    const [a, b, c] = [queue('a'), queue('b'), queue('c')];
    expect(names(keepOrder([a, b, c], ['c', 'a'], ({ queueName }) => queueName))).toBe('c a b');
    expect(names(keepOrder([b], ['a', 'b'], ({ queueName }) => queueName))).toBe('b');
  });
});

describe('the sort in the URL', () => {
  it('is absent for the default, and comes back as it went', () => {
    expect(sortParam(defaultSort)).toBeUndefined();
    expect(readSort(sortParam({ key: 'waiting', descending: true }) ?? null)).toEqual({
      key: 'waiting',
      descending: true,
    });
    expect(readSort('queue')).toEqual({ key: 'queue', descending: false });
  });

  it('falls back on nonsense', () => expect(readSort('-colour')).toEqual(defaultSort));

  it('starts with the largest, or with A, and turns round at the second click', () => {
    expect(nextSort(defaultSort, 'waiting')).toEqual({ key: 'waiting', descending: true });
    expect(nextSort(defaultSort, 'queue')).toEqual({ key: 'queue', descending: false });
    expect(nextSort({ key: 'waiting', descending: true }, 'waiting')).toEqual({ key: 'waiting', descending: false });
  });
});

describe('running workers', () => {
  const counts = { starting: 1, ready: 2, draining: 3 };
  it('are those that are ready or coming up', () => expect(runningWorkers(queue('a', { workers: counts }))).toBe(3));
  it('are unknown where plain workers may be at work', () => {
    const none = { starting: 0, ready: 0, draining: 0 };
    expect(runningWorkers(queue('a', { workers: none, watchedBy: 'other' }))).toBeUndefined();
    expect(runningWorkers(queue('a', { workers: none, watchedBy: 'drover' }))).toBe(0);
    expect(runningWorkers(queue('a'))).toBeUndefined();
  });
});
