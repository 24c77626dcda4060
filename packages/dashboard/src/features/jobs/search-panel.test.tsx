// @vitest-environment jsdom
import type { RunningJobSearch } from '@drover/react';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { job } from '../../../testing/jobs';
import { openPage } from '../../../testing/page';
import { ms } from '../../../testing/queues';
import { SearchPanel } from './search-panel';

const search: RunningJobSearch = {
  phase: 'searching',
  hits: [],
  examined: 200,
  total: 1_000,
  skipped: 0,
  error: null,
  atMs: ms(0),
  goOn: vi.fn(),
  cancel: vi.fn(),
  again: vi.fn(),
};
const onActOnAll = vi.fn();
const show = (change: Partial<RunningJobSearch>) =>
  render(
    <SearchPanel
      search={{ ...search, ...change }}
      words="named send"
      searchKey="a"
      queueName={undefined}
      state={undefined}
      order="newest"
      nowMs={ms(0)}
      onAct={() => undefined}
      onActOnAll={onActOnAll}
    />,
  );

beforeEach(() => openPage('/jobs?name=send'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('a search on the screen', () => {
  it('offers to act on everything that matches', () => {
    show({ phase: 'held', hits: [job('1')] });
    fireEvent.click(screen.getByRole('button', { name: 'Retry all…' }));
    expect(onActOnAll).toHaveBeenCalledWith('retry');
  });

  it('shows the first hits and how far it is while it goes on, and can be stopped', () => {
    show({ hits: [job('1')] });
    expect(screen.getByText('1 job found, 200 of 1,000 jobs looked at…')).toBeTruthy();
    expect(screen.getByRole('link', { name: /send/ })).toBeTruthy();
    expect(screen.getByRole('status').textContent).toBe('');
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(search.cancel).toHaveBeenCalled();
  });

  it('goes on for more, or from where it was stopped', () => {
    show({ phase: 'held', hits: [job('1')] });
    fireEvent.click(screen.getByRole('button', { name: 'Find more' }));
    cleanup();
    show({ phase: 'cancelled' });
    fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
    expect(search.goOn).toHaveBeenCalledTimes(2);
  });

  it('keeps its hits when it breaks off', () => {
    show({ phase: 'failed', hits: [job('1')], error: new Error('The engine is away.') });
    expect(screen.getByText('The search broke off: The engine is away.')).toBeTruthy();
    expect(screen.getByRole('link', { name: /send/ })).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(search.goOn).toHaveBeenCalled();
  });

  it('says at its end what it could not look into, and offers a wider one where it found nothing', () => {
    show({ phase: 'done', examined: 1_000, skipped: 2 });
    expect(screen.getByText(/2 jobs with values above 256 KB/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Clear the filter' }));
    expect(window.location.search).toBe('');
  });
});
