// @vitest-environment jsdom
import type { QueueSystemApiClient } from '@drover/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { at } from '../../testing/sample-data.js';
import { DroverProvider } from '../provider.js';
import { useRecentScaling } from './use-recent-scaling.js';

/** Histories by queue: the seconds at which something was done, or an error. */
function show(histories: Record<string, readonly number[] | Error>, limit?: number) {
  const client = {
    getScalingHistory: async (queueName: string) => {
      const seconds = histories[queueName] ?? [];
      if (seconds instanceof Error) throw seconds;
      return { queueName, history: seconds.map((second) => ({ executedAt: at(second) })) };
    },
  } as unknown as QueueSystemApiClient;
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>
      <DroverProvider client={client} transport="polling">
        {children}
      </DroverProvider>
    </QueryClientProvider>
  );
  return renderHook(() => useRecentScaling(Object.keys(histories), limit === undefined ? {} : { limit }), { wrapper })
    .result;
}

afterEach(cleanup);

describe('what was scaled last', () => {
  it('is the latest of all queues, each named', async () => {
    const result = show({ mail: [30, 10], pay: [40, 20] }, 3);
    await waitFor(() => expect(result.current.data).toBeDefined());
    expect(result.current.data?.map(({ queueName, executedAt }) => [queueName, executedAt])).toEqual([
      ['pay', at(40)],
      ['mail', at(30)],
      ['pay', at(20)],
    ]);
  });

  it('leaves out a queue that cannot be read, and fails where nothing can', async () => {
    const some = show({ mail: [30], pay: new Error('gone') });
    await waitFor(() => expect(some.current.data?.map(({ queueName }) => queueName)).toEqual(['mail']));
    const none = show({ mail: new Error('away'), pay: new Error('away') });
    await waitFor(() => expect(none.current.error?.message).toBe('away'));
  });
});
