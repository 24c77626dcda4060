// @vitest-environment jsdom
import type { QueueSystemApiClient } from '@drover/client';
import type { Alert, ScalingPolicy, UpdateScalingPolicyRequest } from '@drover/contract';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sampleDelta, sampleQueue, sampleSnapshot } from '../../testing/sample-data.js';
import { queueSystemKeys } from '../keys.js';
import type { StreamHandlers } from '../live/live-link.js';
import { DroverProvider } from '../provider.js';
import { queueSystemQueries } from '../queries.js';
import { useAcknowledgeAlert } from './use-acknowledge.js';
import { useInfiniteScalingHistory, useUpdateScalingPolicy, useUpdateTimeout } from './use-configuration.js';
import { useActiveAlerts, useDashboardSummary, useQueuesHealth } from './use-monitoring.js';
import {
  useCleanQueue,
  usePauseQueue,
  useRecycleWorker,
  useResumeQueue,
  useRetryFailedJobs,
} from './use-operations.js';
import { useAlertHistory, useAudit, useOperation } from './use-records.js';

/** A client whose every method is a mock; `openEvents` hands out the stream. */
function fakeClient(replies: Record<string, unknown> = {}) {
  const streams: StreamHandlers[] = [];
  const methods: Record<string, ReturnType<typeof vi.fn>> = {};
  const client = new Proxy({} as QueueSystemApiClient, {
    get: (_target, name: string) => {
      if (name === 'openEvents') {
        return (handlers: { onState(state: unknown): void } & StreamHandlers) => {
          streams.push({ ...handlers, onDown: () => handlers.onState({ phase: 'waiting' }) });
          return { close: () => undefined };
        };
      }
      methods[name] ??= vi.fn(async () => {
        const reply = replies[name];
        if (reply instanceof Error) throw reply;
        return reply;
      });
      return methods[name];
    },
  });
  return { client, methods, streams };
}

function setUp(replies: Record<string, unknown> = {}, transport: 'sse' | 'polling' = 'polling') {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const fake = fakeClient(replies);
  const notify = { success: vi.fn(), warning: vi.fn(), error: vi.fn() };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={cache}>
      <DroverProvider client={fake.client} transport={transport} notify={notify}>
        {children}
      </DroverProvider>
    </QueryClientProvider>
  );
  return { cache, notify, wrapper, ...fake };
}

function setHidden(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { configurable: true, value: hidden });
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: hidden ? 'hidden' : 'visible' });
  document.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => setHidden(false));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the query options', () => {
  const { client } = fakeClient();
  const queries = queueSystemQueries(client);

  it.each([
    ['dashboard', queries.dashboard(), ['queue-system', 'dashboard'], 5_000, 2_000],
    ['health', queries.health(), ['queue-system', 'health'], 10_000, 5_000],
    ['queues health', queries.queuesHealth(), ['queue-system', 'queues', 'health'], 10_000, 5_000],
    ['metrics', queries.queueMetrics('q'), ['queue-system', 'queues', 'q', 'metrics', undefined], 10_000, undefined],
    ['alerts', queries.alerts(), ['queue-system', 'alerts', undefined], 3_000, 1_000],
    ['worker memory', queries.workerMemory(), ['queue-system', 'workers', 'memory'], 15_000, 10_000],
    ['memory', queries.currentMemory(), ['queue-system', 'memory', 'current'], 10_000, 5_000],
    ['policies', queries.scalingPolicies(), ['queue-system', 'scaling', 'policies'], undefined, 60_000],
    ['decision', queries.scalingDecision('q'), ['queue-system', 'scaling', 'decision', 'q'], 30_000, undefined],
    ['limits', queries.rateLimitConfig(), ['queue-system', 'rate-limits'], undefined, 300_000],
    ['limiter', queries.rateLimitStatus('l'), ['queue-system', 'rate-limits', 'l', 'status'], 10_000, undefined],
    ['execution', queries.executionStats('q'), ['queue-system', 'queues', 'q', 'execution-stats'], undefined, 60_000],
  ])("of %s are the guide's", (_name, options, key, interval, staleTime) => {
    expect(options.queryKey).toEqual(key);
    expect(options.refetchInterval).toBe(interval);
    expect(options.staleTime).toBe(staleTime);
  });

  it('ask nothing for a name that is empty', () => {
    expect(queries.queueMetrics('').enabled).toBe(false);
    expect(queries.scalingDecision('').enabled).toBe(false);
    expect(queries.rateLimitStatus('').enabled).toBe(false);
  });

  it('keep the two forms of the scaling history apart', () => {
    const hash = (key: readonly unknown[]) => JSON.stringify(key);
    expect(hash(queries.scalingHistory('q').queryKey)).not.toBe(hash(queries.infiniteScalingHistory('q').queryKey));
  });
});

describe('polling', () => {
  it("repeats at the guide's interval, stops while the page is hidden and refreshes once on return", async () => {
    vi.useFakeTimers();
    const { wrapper, methods } = setUp({ getDashboardSummary: sampleSnapshot(1, []).dashboard });
    renderHook(() => useDashboardSummary(), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(methods.getDashboardSummary).toHaveBeenCalledTimes(1);
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(methods.getDashboardSummary).toHaveBeenCalledTimes(2);
    act(() => setHidden(true));
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(methods.getDashboardSummary).toHaveBeenCalledTimes(2);
    act(() => setHidden(false));
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(methods.getDashboardSummary).toHaveBeenCalledTimes(3);
  });
});

describe('the stream', () => {
  it('feeds the hooks: they fetch and poll nothing while it delivers', async () => {
    vi.useFakeTimers();
    const { wrapper, methods, streams } = setUp({}, 'sse');
    const { result } = renderHook(() => ({ summary: useDashboardSummary(), queues: useQueuesHealth() }), { wrapper });
    await act(async () => {
      streams.at(-1)?.onSnapshot(sampleSnapshot(1, [sampleQueue('mail', 1)]));
      await vi.advanceTimersByTimeAsync(0);
    });
    expect(result.current.queues.data?.[0]?.queueName).toBe('mail');
    await act(async () => {
      streams.at(-1)?.onDelta(sampleDelta(2, [sampleQueue('mail', 2, { waiting: 77 })]));
      await vi.advanceTimersByTimeAsync(60_000);
    });
    expect(result.current.queues.data?.[0]?.metrics.waiting).toBe(77);
    expect(result.current.summary.data?.totalWaiting).toBe(2);
    expect(methods.getDashboardSummary).toBeUndefined();
    expect(methods.getQueuesHealth).toBeUndefined();
  });

  it('gives way to polling when it breaks', async () => {
    vi.useFakeTimers();
    const { wrapper, methods, streams } = setUp({ getDashboardSummary: sampleSnapshot(5, []).dashboard }, 'sse');
    const { result } = renderHook(() => useDashboardSummary(), { wrapper });
    await act(async () => {
      streams.at(-1)?.onDown();
      await vi.advanceTimersByTimeAsync(0);
    });
    expect(result.current.data?.totalWaiting).toBe(5);
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(methods.getDashboardSummary).toHaveBeenCalledTimes(2);
  });
});

describe('mutations', () => {
  const scaling = queueSystemKeys.scaling();
  const queues = queueSystemKeys.queues();
  it.each([
    ['acknowledgeAlert', useAcknowledgeAlert, 'a1', {}, ['queue-system', 'alerts'], 'Alert acknowledged'],
    ['pauseQueue', usePauseQueue, 'mail', { queueName: 'mail' }, queues, 'Queue mail paused'],
    ['resumeQueue', useResumeQueue, 'mail', { queueName: 'mail' }, queues, 'Queue mail resumed'],
    [
      'cleanQueue',
      useCleanQueue,
      { queueName: 'mail', request: { status: 'failed' } },
      { queueName: 'mail', removed: 3 },
      queues,
      'Removed 3 jobs from mail',
    ],
    [
      'recycleWorker',
      useRecycleWorker,
      { workerId: 'w1', request: { reason: 'leak' } },
      { workerId: 'w1' },
      queueSystemKeys.workers(),
      'Worker w1 recycling initiated',
    ],
    [
      'updateScalingPolicy',
      useUpdateScalingPolicy,
      { queueName: 'mail', update: { maxWorkers: 4 } },
      {},
      scaling,
      'Scaling policy updated',
    ],
    [
      'updateTimeout',
      useUpdateTimeout,
      { queueName: 'mail', update: { timeout: 500 } },
      {},
      queueSystemKeys.timeouts(),
      'Timeout updated',
    ],
  ] as const)('%s invalidates what it changed and says so', async (method, hook, variables, reply, key, notice) => {
    const { wrapper, cache, notify } = setUp({ [method]: reply });
    const invalidate = vi.spyOn(cache, 'invalidateQueries');
    const { result } = renderHook(() => hook() as { mutate: (variables: unknown) => void }, { wrapper });
    act(() => result.current.mutate(variables));
    await waitFor(() => expect(notify.success).toHaveBeenCalledWith(notice));
    expect(invalidate).toHaveBeenCalledWith({ queryKey: key });
  });

  it('warns of jobs that could not be retried', async () => {
    const { wrapper, notify } = setUp({ retryFailedJobs: { queueName: 'mail', retried: 8, failed: 2 } });
    const { result } = renderHook(() => useRetryFailedJobs(), { wrapper });
    act(() => result.current.mutate({ queueName: 'mail' }));
    await waitFor(() => expect(notify.warning).toHaveBeenCalledWith('2 jobs could not be retried'));
    expect(notify.success).toHaveBeenCalledWith('Retried 8 jobs from mail');
  });

  it('says why one failed', async () => {
    const { wrapper, notify } = setUp({ pauseQueue: new Error('Not yet implemented') });
    const { result } = renderHook(() => usePauseQueue(), { wrapper });
    act(() => result.current.mutate('mail'));
    await waitFor(() => expect(notify.error).toHaveBeenCalledWith('Failed to pause queue: Not yet implemented'));
  });
});

describe('optimistic changes', () => {
  /** A mutation whose answer the test gives; the cache holds `data` under `key`. */
  function pending<Variables, Data>(
    method: string,
    hook: () => { mutate: (variables: Variables) => void },
    key: readonly unknown[],
    data: Data,
  ) {
    const setup = setUp();
    let [resolve, reject] = [(_value: unknown) => {}, (_error: Error) => {}];
    const answer = new Promise((yes, no) => {
      [resolve, reject] = [yes, no];
    });
    // Named once, so that the fake has it.
    void setup.client[method as 'pauseQueue'];
    setup.methods[method]?.mockReturnValue(answer);
    setup.cache.setQueryData(key, data);
    const { result } = renderHook(hook, { wrapper: setup.wrapper });
    return {
      ...setup,
      mutate: (variables: Variables) => act(() => result.current.mutate(variables)),
      held: () => setup.cache.getQueryData<Data>(key),
      refuse: () => act(async () => reject(new Error('no'))),
      accept: (value: unknown) => act(async () => resolve(value)),
    };
  }
  const alert = (id: string) => ({ id, acknowledged: false, queueName: 'mail' }) as Alert;

  it('show a queue as paused at once, and take that back when it is refused', async () => {
    const queues = [sampleQueue('mail', 1), sampleQueue('pay', 1)];
    const { mutate, held, refuse, notify } = pending(
      'pauseQueue',
      usePauseQueue,
      queueSystemKeys.queuesHealth(),
      queues,
    );
    mutate('mail');
    await waitFor(() => expect(held()?.map(({ paused }) => paused)).toEqual([true, undefined]));
    await refuse();
    expect(held()).toEqual(queues);
    expect(notify.error).toHaveBeenCalledWith('Failed to pause queue: no');
  });

  it('show a queue as running at once, and leave it so when it is', async () => {
    const key = queueSystemKeys.queuesHealth();
    const { mutate, held, accept } = pending('resumeQueue', useResumeQueue, key, [
      { ...sampleQueue('mail', 1), paused: true },
    ]);
    mutate('mail');
    await waitFor(() => expect(held()?.[0]?.paused).toBe(false));
    await accept({ queueName: 'mail' });
    expect(held()?.[0]?.paused).toBe(false);
  });

  it('take an acknowledged alert out of the list of those that are not, and put it back', async () => {
    const key = queueSystemKeys.alerts({ acknowledged: false });
    const { mutate, held, refuse, cache } = pending('acknowledgeAlert', useAcknowledgeAlert, key, [
      alert('a1'),
      alert('a2'),
    ]);
    cache.setQueryData(queueSystemKeys.alerts(), [alert('a1')]);
    cache.setQueryData(queueSystemKeys.alertHistory(), { pages: [], pageParams: [] });
    mutate('a1');
    await waitFor(() => expect(held()?.map(({ id }) => id)).toEqual(['a2']));
    expect(cache.getQueryData<Alert[]>(queueSystemKeys.alerts())?.[0]?.acknowledged).toBe(true);
    await refuse();
    expect(held()).toHaveLength(2);
    expect(cache.getQueryData<Alert[]>(queueSystemKeys.alerts())?.[0]?.acknowledged).toBe(false);
  });

  it('merge a policy as the server does: null takes a threshold away', async () => {
    const policy: ScalingPolicy = {
      queueName: 'mail',
      minWorkers: 1,
      maxWorkers: 4,
      scaleUpThreshold: { queueDepth: 100, cpuPercent: 80 },
      scaleDownThreshold: {},
      cooldownSeconds: { scaleUp: 60, scaleDown: 300 },
    };
    const key = queueSystemKeys.scalingPolicies();
    const { mutate, held, refuse } = pending('updateScalingPolicy', useUpdateScalingPolicy, key, [policy]);
    // On the wire `null` takes a threshold away; the guide's type does not say so.
    const update = { maxWorkers: 8, scaleUpThreshold: { cpuPercent: null } } as unknown as UpdateScalingPolicyRequest;
    mutate({ queueName: 'mail', update });
    await waitFor(() => expect(held()).toEqual([{ ...policy, maxWorkers: 8, scaleUpThreshold: { queueDepth: 100 } }]));
    await refuse();
    expect(held()).toEqual([policy]);
  });
});

describe('alerts on the stream', () => {
  it('reach every open list that lets them through, and nothing is asked for', async () => {
    vi.useFakeTimers();
    const { wrapper, methods, streams } = setUp({}, 'sse');
    const { result } = renderHook(() => [useActiveAlerts(), useActiveAlerts({ severity: 'critical' })] as const, {
      wrapper,
    });
    const firing = (severity: Alert['severity']) => ({ id: severity, severity, acknowledged: false }) as Alert;
    await act(async () => {
      streams.at(-1)?.onSnapshot({ ...sampleSnapshot(1, []), alerts: [firing('warning')] });
      await vi.advanceTimersByTimeAsync(0);
    });
    expect(result.current.map(({ data }) => data?.length)).toEqual([1, 0]);
    await act(async () => {
      streams.at(-1)?.onDelta({ ...sampleDelta(2, []), alerts: [firing('critical'), firing('warning')] });
      await vi.advanceTimersByTimeAsync(60_000);
    });
    expect(result.current.map(({ data }) => data?.length)).toEqual([2, 1]);
    expect(methods.getActiveAlerts).toBeUndefined();
  });
});

describe('an operation', () => {
  it('is asked for every second until it is over', async () => {
    vi.useFakeTimers();
    const { wrapper, methods } = setUp({ getOperation: { id: 'o1', state: 'running' } });
    renderHook(() => useOperation('o1'), { wrapper });
    await act(() => vi.advanceTimersByTimeAsync(2_100));
    expect(methods.getOperation).toHaveBeenCalledTimes(3);
    methods.getOperation?.mockResolvedValue({ id: 'o1', state: 'done' });
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(methods.getOperation).toHaveBeenCalledTimes(4);
  });
});

describe('the paged histories', () => {
  it('of alerts and of changes follow the cursor of the page before', async () => {
    const { wrapper, methods } = setUp({
      getAlertHistory: { alerts: [], nextCursor: 'c2' },
      getAudit: { entries: [], nextCursor: 'c9' },
    });
    const { result } = renderHook(() => [useAlertHistory({ limit: 5 }), useAudit()] as const, { wrapper });
    await waitFor(() => expect(result.current.every(({ hasNextPage }) => hasNextPage)).toBe(true));
    await act(() => Promise.all(result.current.map(({ fetchNextPage }) => fetchNextPage())));
    expect(methods.getAlertHistory).toHaveBeenLastCalledWith({ query: { limit: 5, cursor: 'c2' } }, expect.anything());
    expect(methods.getAudit).toHaveBeenLastCalledWith({ query: { cursor: 'c9' } }, expect.anything());
  });
});

describe('the paged scaling history', () => {
  it('asks for the next page until one is not full', async () => {
    const full = { queueName: 'mail', history: Array.from({ length: 50 }, () => ({})) };
    const { wrapper, methods } = setUp({ getScalingHistory: full });
    const { result } = renderHook(() => useInfiniteScalingHistory('mail'), { wrapper });
    await waitFor(() => expect(result.current.hasNextPage).toBe(true));
    methods.getScalingHistory?.mockResolvedValue({ queueName: 'mail', history: [] });
    await act(() => result.current.fetchNextPage());
    expect(methods.getScalingHistory).toHaveBeenLastCalledWith('mail', { limit: 50, offset: 50 }, expect.anything());
    await waitFor(() => expect(result.current.hasNextPage).toBe(false));
  });
});
