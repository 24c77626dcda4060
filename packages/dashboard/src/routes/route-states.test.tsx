// @vitest-environment jsdom
import '../../testing/browser';
import { QueueSystemApiClient } from '@drover/client';
import { DroverProvider, type Notify } from '@drover/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { type ComponentType, Suspense } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../testing/page';
import type { Route } from '../router/routes';

const silent: Notify = { success() {}, warning() {}, error() {} };

type Load = () => Promise<ComponentType>;

/** Every view at a path of its own, so that a new one has to stand here. */
const routes: Record<Exclude<Route['view'], 'sign-in' | 'not-found'>, readonly [path: string, load: Load]> = {
  overview: ['/', async () => (await import('./overview')).OverviewRoute],
  queues: ['/queues', async () => (await import('./queues')).QueuesRoute],
  queue: [
    '/queues/mail',
    async () => {
      const { QueueRoute } = await import('./queue');
      return () => <QueueRoute queueName="mail" />;
    },
  ],
  jobs: ['/jobs?queue=mail&state=failed', async () => (await import('./jobs')).JobsRoute],
  job: [
    '/queues/mail/jobs/7',
    async () => {
      const { JobRoute } = await import('./job');
      return () => <JobRoute queueName="mail" jobId="7" />;
    },
  ],
  schedules: ['/schedules', async () => (await import('./schedules')).SchedulesRoute],
  alerts: ['/alerts', async () => (await import('./alerts')).AlertsRoute],
  workers: ['/workers', async () => (await import('./workers')).WorkersRoute],
  scaling: ['/scaling', async () => (await import('./scaling')).ScalingRoute],
  'rate-limits': ['/rate-limits', async () => (await import('./rate-limits')).RateLimitsRoute],
  timeouts: ['/timeouts', async () => (await import('./timeouts')).TimeoutsRoute],
  operations: ['/operations', async () => (await import('./operations')).OperationsRoute],
  operation: [
    '/operations/o1',
    async () => {
      const { OperationRoute } = await import('./operation');
      return () => <OperationRoute operationId="o1" />;
    },
  ],
  activity: ['/activity', async () => (await import('./activity')).ActivityRoute],
  settings: ['/settings', async () => (await import('./settings')).SettingsRoute],
};
const views = Object.values(routes);

async function show(path: string, load: Load, answer: () => Promise<Response>) {
  openPage(path);
  const View = await load();
  const asked = vi.fn(answer);
  const client = new QueueSystemApiClient({ baseUrl: 'http://drover.test/api', fetch: asked, retries: 0 });
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const page = await act(async () =>
    render(
      <QueryClientProvider client={cache}>
        <DroverProvider client={client} transport="polling" notify={silent}>
          <Suspense fallback={<span className="skeleton" />}>
            <View />
          </Suspense>
        </DroverProvider>
      </QueryClientProvider>,
    ),
  );
  return { asked, ...page };
}

const fault = (status: number, error: string, code: string, details?: object) => async () =>
  Response.json({ success: false, error, code, ...(details && { details }) }, { status });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('a view that is loading', () => {
  it.each(views)('%s shows its shape, and calls nothing empty or wrong', async (path, load) => {
    const { container, asked } = await show(path, load, () => new Promise(() => undefined));
    await waitFor(() => expect(asked).toHaveBeenCalled());
    expect(container.querySelector('.skeleton')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
    expect(container.querySelector('.panel-state')).toBeNull();
  });
});

describe('a view whose figures cannot be had', () => {
  it.each(views)('%s says why, and asks again at the button', async (path, load) => {
    const { asked } = await show(path, load, fault(503, 'The engine does not answer.', 'engine_timeout'));
    const [alert] = await screen.findAllByText('The engine does not answer.');
    expect(alert?.closest('[role=alert]')).toBeTruthy();
    const before = asked.mock.calls.length;
    await act(async () => fireEvent.click(screen.getAllByRole('button', { name: 'Try again' })[0] as HTMLElement));
    await waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(before));
  });
});

describe('a view that somebody may not see', () => {
  it.each(views)('%s names the role it takes', async (path, load) => {
    const details = { requiredRole: 'admin', role: 'viewer' };
    await show(path, load, fault(403, 'No.', 'forbidden', details));
    const [words] = await screen.findAllByText(/This needs the role admin/);
    expect(words?.closest('[role=alert]')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
  });
});
