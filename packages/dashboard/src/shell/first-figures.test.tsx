// @vitest-environment jsdom
import '../../testing/browser';
import { QueueSystemApiClient } from '@drover/client';
import { DroverProvider, type Notify, queueSystemKeys } from '@drover/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FirstFigures } from './first-figures';

const silent: Notify = { success() {}, warning() {}, error() {} };

/** Over a server that never answers. */
function show(): QueryClient {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const client = new QueueSystemApiClient({ fetch: () => new Promise(() => undefined) });
  render(
    <QueryClientProvider client={cache}>
      <DroverProvider client={client} notify={silent}>
        <FirstFigures before="opening">the page</FirstFigures>
      </DroverProvider>
    </QueryClientProvider>,
  );
  return cache;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('waits a moment for the first figures, and no longer', async () => {
  show();
  expect(screen.queryByText('opening')).toBeTruthy();
  await act(() => vi.advanceTimersByTimeAsync(199));
  expect(screen.queryByText('opening')).toBeTruthy();
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(screen.queryByText('the page')).toBeTruthy();
});

it('draws the page as soon as they are there', async () => {
  const cache = show();
  cache.setQueryData(queueSystemKeys.status(), { tickMs: 5_000 });
  await act(() => vi.advanceTimersByTimeAsync(1));
  expect(screen.queryByText('the page')).toBeTruthy();
});
