import type { JobSummary, SearchJobsRequest, SearchJobsResponse } from '@drover/contract';
import { describe, expect, it, vi } from 'vitest';
import { JobSearch } from './job-search.js';

const hit = (jobId: string) => ({ queueName: 'mail', jobId }) as JobSummary;
const hits = (from: number, count: number) => Array.from({ length: count }, (_, at) => hit(String(from + at)));

interface Asked {
  readonly cursor: string | undefined;
  answer(slice: SearchJobsResponse): void;
  fail(error: Error): void;
  readonly signal: AbortSignal;
}

/** A server whose slices are given by hand. */
function setUp() {
  const asked: Asked[] = [];
  const ask = (body: SearchJobsRequest, signal: AbortSignal) =>
    new Promise<SearchJobsResponse>((answer, fail) => asked.push({ cursor: body.cursor, answer, fail, signal }));
  return { asked, search: new JobSearch({ filter: { name: 'mail' } }, ask), ask };
}
const slice = (found: JobSummary[], examined: number, next?: string): SearchJobsResponse => ({
  hits: found,
  examined,
  total: 1_000,
  skipped: 0,
  ...(next !== undefined && { next }),
});

describe('a search of jobs', () => {
  it('tells the hits of the first slice before it asks for the second', async () => {
    const { asked, search } = setUp();
    const told = vi.fn();
    search.subscribe(told);
    void search.go();
    asked[0]?.answer(slice([hit('1')], 200, 'a'));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    expect(asked[1]?.cursor).toBe('a');
    expect(search.getState()).toMatchObject({ phase: 'searching', examined: 200, total: 1_000, hits: [hit('1')] });
    asked[1]?.answer(slice([hit('2')], 1_000));
    await vi.waitFor(() => expect(search.getState().phase).toBe('done'));
    expect(search.getState().hits).toEqual([hit('1'), hit('2')]);
  });

  it('rests with a hundred hits, and goes on from there for more', async () => {
    const { asked, search } = setUp();
    void search.go();
    asked[0]?.answer(slice(hits(0, 120), 200, 'a'));
    await vi.waitFor(() => expect(search.getState().phase).toBe('held'));
    expect(asked).toHaveLength(1);
    void search.go();
    expect(asked[1]?.cursor).toBe('a');
  });

  it('neither loses nor doubles a slice that was cut off by a cancel', async () => {
    const { asked, search } = setUp();
    void search.go();
    search.cancel();
    expect(asked[0]?.signal.aborted).toBe(true);
    expect(search.getState().phase).toBe('cancelled');
    asked[0]?.answer(slice([hit('1')], 200, 'a'));
    await Promise.resolve();
    expect(search.getState().hits).toEqual([]);
    void search.go();
    expect(asked[1]?.cursor).toBeUndefined();
    asked[1]?.answer(slice([hit('1')], 1_000));
    await vi.waitFor(() => expect(search.getState()).toMatchObject({ phase: 'done', hits: [hit('1')] }));
  });

  it('keeps its hits when a slice fails, and tries that slice again', async () => {
    const { asked, search } = setUp();
    void search.go();
    asked[0]?.answer(slice([hit('1')], 200, 'a'));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    asked[1]?.fail(new Error('away'));
    await vi.waitFor(() => expect(search.getState().phase).toBe('failed'));
    expect(search.getState()).toMatchObject({ hits: [hit('1')], error: new Error('away') });
    void search.go();
    expect(asked[2]?.cursor).toBe('a');
    expect(search.getState().error).toBeNull();
  });

  it('shows a job once that moved ahead of the search', async () => {
    const { asked, search } = setUp();
    void search.go();
    asked[0]?.answer(slice([hit('1')], 200, 'a'));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    asked[1]?.answer(slice([hit('1'), hit('2')], 400));
    await vi.waitFor(() => expect(search.getState().hits).toEqual([hit('1'), hit('2')]));
  });

  it('goes on from where another was left', async () => {
    const { asked, search, ask } = setUp();
    void search.go();
    asked[0]?.answer(slice([hit('1')], 200, 'a'));
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    search.leave();
    const later = new JobSearch({ filter: { name: 'mail' } }, ask, search.getState());
    expect(later.getState()).toMatchObject({ phase: 'searching', hits: [hit('1')] });
    void later.go();
    expect(asked[2]?.cursor).toBe('a');
  });
});
