// @vitest-environment jsdom
import { QueueSystemApiClient } from '@drover/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DroverProvider } from '../provider.js';
import { versionOf } from '../versions.js';
import { useMemoryConfig, useUpdateMemoryConfig } from './use-memory.js';

const config = {
  worker: { softLimit: 700, hardLimit: 900, warningThreshold: 80 },
  jobSpecific: {},
  recycling: { afterJobs: 0, afterHours: 0 },
};

/** A server that holds one document at version 7. */
function setUp() {
  const sent: { method: string | undefined; ifMatch: string | null; body: unknown }[] = [];
  const send = vi.fn(async (_url: string | URL | Request, init?: RequestInit) => {
    const body = init?.body === undefined ? undefined : JSON.parse(String(init.body));
    const ifMatch = new Headers(init?.headers).get('if-match');
    sent.push({ method: init?.method, ifMatch, body });
    const conflict = ifMatch !== null && ifMatch !== '"7"';
    const reply = conflict
      ? { success: false, error: 'Somebody else changed it.', code: 'conflict' }
      : init?.method === 'PATCH'
        ? { success: true, config }
        : config;
    return new Response(JSON.stringify(reply), { status: conflict ? 409 : 200, headers: { ETag: '"7"' } });
  });
  const client = new QueueSystemApiClient({ fetch: send });
  const notify = { success: vi.fn(), warning: vi.fn(), error: vi.fn() };
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>
      <DroverProvider client={client} transport="polling" notify={notify}>
        {children}
      </DroverProvider>
    </QueryClientProvider>
  );
  return { sent, notify, wrapper };
}

afterEach(cleanup);

describe('the memory configuration', () => {
  it('is changed on the version that was read, whatever was read since', async () => {
    const { sent, wrapper } = setUp();
    const { result } = renderHook(() => ({ read: useMemoryConfig(), change: useUpdateMemoryConfig() }), { wrapper });
    await waitFor(() => expect(result.current.read.data).toEqual(config));
    const base = result.current.read.data;
    await act(() => result.current.read.refetch());
    await act(() => result.current.change.mutateAsync({ worker: { softLimit: 650 }, ifMatch: versionOf(base) }));
    expect(sent.find(({ method }) => method === 'PATCH')).toEqual({
      method: 'PATCH',
      ifMatch: '"7"',
      body: { worker: { softLimit: 650 } },
    });
  });

  it('leaves it to a form to tell why a change failed', async () => {
    const { notify, wrapper } = setUp();
    const { result } = renderHook(() => useUpdateMemoryConfig({ notifyErrors: false }), { wrapper });
    await act(async () => void (await result.current.mutateAsync({ ifMatch: '"6"' }).catch(() => undefined)));
    await waitFor(() => expect(result.current.error?.message).toBe('Somebody else changed it.'));
    expect(notify.error).not.toHaveBeenCalled();
  });
});
