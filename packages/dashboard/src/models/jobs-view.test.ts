import { describe, expect, it } from 'vitest';
import { filterWords, modeOf, readJobsView, readSearch } from './jobs-view.js';

const nowMs = Date.parse('2026-11-24T12:00:00Z');
const view = (search: string) => readJobsView(new URLSearchParams(search));

describe('what the URL asks for', () => {
  it.each([
    ['', 'counts'],
    ['queue=mail', 'browse'],
    ['queue=mail&state=active', 'browse'],
    ['queue=mail&when=any', 'browse'],
    ['queue=mail&name=send', 'search'],
    ['error=timeout', 'search'],
    ['when=1h', 'search'],
    ['id=42&name=send', 'find'],
    ['id=%20', 'counts'],
  ])('%s is %s', (search, mode) => {
    expect(modeOf(view(search))).toBe(mode);
  });

  it('is read without what makes no sense', () => {
    expect(view('state=lost&order=sideways')).toMatchObject({ state: undefined, order: 'newest' });
  });
});

describe('the search of a view', () => {
  it('holds everything that was filled in', () => {
    const { request, problems } = readSearch(
      view('queue=mail&state=failed&order=oldest&name=send&error=time&text=ada&where=a+%3D+1&when=1h&min=2&max=5'),
      nowMs,
    );
    expect(problems).toEqual({});
    expect(request).toEqual({
      queues: ['mail'],
      states: ['failed'],
      order: 'oldest',
      filter: {
        name: 'send',
        error: 'time',
        text: 'ada',
        since: '2026-11-24T11:00:00.000Z',
        minAttempts: 2,
        maxAttempts: 5,
        where: [{ path: 'data.a', op: '=', value: 1 }],
      },
    });
  });

  it('goes through every queue and state where none is chosen', () => {
    expect(readSearch(view('name=send'), nowMs).request).toEqual({ order: 'newest', filter: { name: 'send' } });
  });

  it('takes a span of its own, which must not be turned round', () => {
    const span = view('when=between&since=2026-11-24T09:00:00Z&until=2026-11-24T10:00:00Z');
    expect(readSearch(span, nowMs).request?.filter).toEqual({
      since: '2026-11-24T09:00:00.000Z',
      until: '2026-11-24T10:00:00.000Z',
    });
    expect(readSearch(view('since=2026-11-24T11:00:00Z&until=2026-11-24T10:00:00Z'), nowMs).problems.until).toMatch(
      /later/,
    );
  });

  it('tells at each field what cannot be searched for', () => {
    const { request, problems } = readSearch(view('min=5&max=2&where=nonsense'), nowMs);
    expect(request).toBeUndefined();
    expect(Object.keys(problems)).toEqual(['max', 'where']);
  });

  it('can be said in words', () => {
    expect(filterWords(view('name=send&error=time&when=1h&min=2').filter)).toBe(
      'named send, whose error has “time”, of the last hour, with 2 attempts or more',
    );
  });
});
