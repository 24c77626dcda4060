// @vitest-environment jsdom
import { QueueSystemApiClient } from '@drover/client';
import type { Alert } from '@drover/contract';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, renderHook, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, type Mock, vi } from 'vitest';
import { at, sampleQueue, sampleSnapshot } from '../testing/sample-data.js';
import * as drover from './index.js';

/** From a click to the wire and back: panels and hooks over the real client, and an API of a few lines that remembers. */
class SmallApi {
  readonly calls: string[] = [];
  alerts: Alert[] = [];
  queue = { ...sampleQueue('mail', 1, { waiting: 7, failed: 3 }), paused: false };
  policy: Record<string, unknown> = { queueName: 'mail', minWorkers: 1, maxWorkers: 4 };
  timeouts: Record<string, unknown> = { mail: { timeout: 1_000 } };

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(String(input), 'http://drover.test');
    const path = pathname.replace('/api/admin/queue-system', '');
    const method = init?.method ?? 'GET';
    if (method !== 'GET') this.calls.push(`${method} ${path} ${init?.body ?? ''}`.trim());
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
    const reply = this.#answer(`${method} ${path}`, body);
    return reply === undefined
      ? Response.json({ success: false, error: 'No such path', code: 'not_found' }, { status: 404 })
      : Response.json(reply);
  };

  #answer(call: string, body: Record<string, unknown>): unknown {
    const { metrics } = this.queue;
    switch (call) {
      case 'GET /dashboard':
        return { ...sampleSnapshot(1, [this.queue]).dashboard, totalWaiting: metrics.waiting };
      case 'GET /queues/health':
        return [this.queue];
      case 'GET /alerts':
        return this.alerts;
      case 'POST /alerts/a1/acknowledge': {
        const [alert] = this.alerts.splice(0, 1);
        return { success: true, alert: { ...alert, acknowledged: true } };
      }
      case 'POST /queues/mail/pause':
      case 'POST /queues/mail/resume':
        this.queue = { ...this.queue, paused: call.endsWith('pause') };
        return { success: true, queueName: 'mail', status: this.queue.paused ? 'paused' : 'running' };
      case 'POST /queues/mail/retry-failed':
        this.queue = { ...this.queue, metrics: { ...metrics, failed: 0, waiting: metrics.waiting + metrics.failed } };
        return { success: true, queueName: 'mail', retried: metrics.failed, failed: 0 };
      case 'POST /queues/mail/clean':
        this.queue = { ...this.queue, metrics: { ...metrics, waiting: 0 } };
        return { success: true, queueName: 'mail', removed: metrics.waiting };
      case 'GET /scaling/policies':
        return [this.policy];
      case 'PATCH /scaling/policies/mail':
        this.policy = { ...this.policy, ...body };
        return { success: true, policy: this.policy };
      case 'GET /timeouts':
        return this.timeouts;
      case 'PATCH /timeouts/mail':
        this.timeouts = { mail: body };
        return { success: true, queueName: 'mail', ...body };
      default:
        return undefined;
    }
  }
}

let api: SmallApi;
let notify: Record<'success' | 'warning' | 'error', Mock<(message: string) => void>>;
let cache: QueryClient;

function Page({ children }: { children: ReactNode }) {
  return (
    <QueryClientProvider client={cache}>
      <drover.DroverProvider client={client} transport="polling" notify={notify}>
        {children}
      </drover.DroverProvider>
    </QueryClientProvider>
  );
}
let client: QueueSystemApiClient;

beforeEach(() => {
  api = new SmallApi();
  client = new QueueSystemApiClient({
    baseUrl: 'http://drover.test/api/admin/queue-system',
    fetch: api.fetch,
    retries: 0,
  });
  cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  notify = { success: vi.fn(), warning: vi.fn(), error: vi.fn() };
});
afterEach(cleanup);

it('brings what the API says onto the cards, and what it says next', async () => {
  render(
    <Page>
      <drover.DashboardOverview />
      <drover.QueueHealthStatus />
    </Page>,
  );
  expect(await screen.findByText('7 waiting')).toBeTruthy();
  expect(await screen.findByText('mail')).toBeTruthy();
  api.queue = {
    ...api.queue,
    status: 'critical',
    issues: ['too slow'],
    metrics: { ...api.queue.metrics, waiting: 900 },
  };
  await act(() => cache.invalidateQueries());
  expect(await screen.findByText('900 waiting')).toBeTruthy();
  expect(await screen.findByText('too slow')).toBeTruthy();
});

it('sends an acknowledgment, and takes the alert from the list', async () => {
  api.alerts = [
    {
      ...{ id: 'a1', severity: 'critical', queueName: 'mail', type: 'error_rate', message: '6 % of jobs fail' },
      ...{ value: 6, threshold: 5, timestamp: at(0), acknowledged: false },
    },
  ];
  render(
    <Page>
      <drover.AlertsList />
    </Page>,
  );
  fireEvent.click(await screen.findByRole('button', { name: 'Acknowledge: 6 % of jobs fail' }));
  expect(await screen.findByText('No Active Alerts')).toBeTruthy();
  await waitFor(() => expect(notify.success).toHaveBeenCalledWith('Alert acknowledged'));
  expect(api.calls).toEqual(['POST /alerts/a1/acknowledge']);
  expect(api.alerts).toEqual([]);
});

it('pauses, resumes, cleans and retries, and shows the queue as it is then', async () => {
  const { result } = renderHook(
    () => ({
      queues: drover.useQueuesHealth().data,
      pause: drover.usePauseQueue(),
      resume: drover.useResumeQueue(),
      retry: drover.useRetryFailedJobs(),
      clean: drover.useCleanQueue(),
    }),
    { wrapper: Page },
  );
  const queue = () => result.current.queues?.[0];
  await waitFor(() => expect(queue()?.paused).toBe(false));
  await act(() => result.current.pause.mutateAsync('mail'));
  await waitFor(() => expect(queue()?.paused).toBe(true));
  await act(() => result.current.resume.mutateAsync('mail'));
  await waitFor(() => expect(queue()?.paused).toBe(false));
  await act(() => result.current.retry.mutateAsync({ queueName: 'mail', limit: 50 }));
  await waitFor(() => expect(queue()?.metrics).toMatchObject({ failed: 0, waiting: 10 }));
  await act(() => result.current.clean.mutateAsync({ queueName: 'mail', request: { status: 'waiting' } }));
  await waitFor(() => expect(queue()?.metrics.waiting).toBe(0));
  expect(notify.success.mock.calls.flat()).toEqual([
    'Queue mail paused',
    'Queue mail resumed',
    'Retried 3 jobs from mail',
    'Removed 10 jobs from mail',
  ]);
  expect(notify.error).not.toHaveBeenCalled();
});

it('changes a policy and a timeout, and reads them anew', async () => {
  const { result } = renderHook(
    () => ({
      policies: drover.useScalingPolicies().data,
      timeouts: drover.useTimeoutConfig().data as Record<string, unknown> | undefined,
      policy: drover.useUpdateScalingPolicy(),
      timeout: drover.useUpdateTimeout(),
    }),
    { wrapper: Page },
  );
  await waitFor(() =>
    expect([result.current.policies?.[0]?.maxWorkers, result.current.timeouts]).toEqual([4, api.timeouts]),
  );
  await act(() => result.current.policy.mutateAsync({ queueName: 'mail', update: { maxWorkers: 9 } }));
  await act(() => result.current.timeout.mutateAsync({ queueName: 'mail', update: { timeout: 2_500 } }));
  await waitFor(() => expect(result.current.policies?.[0]?.maxWorkers).toBe(9));
  await waitFor(() => expect(result.current.timeouts).toEqual({ mail: { timeout: 2_500 } }));
  expect(api.calls).toEqual(['PATCH /scaling/policies/mail {"maxWorkers":9}', 'PATCH /timeouts/mail {"timeout":2500}']);
});
