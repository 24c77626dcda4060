// @vitest-environment jsdom
import type { QueueSystemApiClient } from '@drover/client';
import type { Alert } from '@drover/contract';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { at, sampleQueue, sampleSnapshot } from '../../testing/sample-data.js';
import { DroverProvider } from '../provider.js';
import { AlertsList } from './alerts-list.js';
import { DashboardOverview } from './dashboard-overview.js';
import { QueueHealthStatus } from './queue-health-status.js';

const alert: Alert = {
  id: 'a1',
  severity: 'critical',
  queueName: 'payments',
  type: 'error_rate',
  message: '6.2 % of jobs fail',
  value: 6.2,
  threshold: 5,
  timestamp: at(0),
  acknowledged: false,
};

function show(panel: ReactNode, client: Partial<QueueSystemApiClient>) {
  const cache = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const notify = { success: vi.fn(), warning: vi.fn(), error: vi.fn() };
  render(
    <QueryClientProvider client={cache}>
      <DroverProvider client={client as QueueSystemApiClient} transport="polling" notify={notify}>
        {panel}
      </DroverProvider>
    </QueryClientProvider>,
  );
  return notify;
}

afterEach(cleanup);

describe('DashboardOverview', () => {
  const { dashboard } = sampleSnapshot(1, []);

  it("shows the guide's four cards", async () => {
    show(<DashboardOverview />, { getDashboardSummary: async () => ({ ...dashboard, avgErrorRate: 0.42 }) });
    expect(await screen.findByText('Total Queues')).toBeTruthy();
    for (const title of ['Active Jobs', 'Active Alerts', 'Jobs/Minute']) expect(screen.getByText(title)).toBeTruthy();
    expect(screen.getByText('All Clear')).toBeTruthy();
    expect(screen.getByText('0.4% error rate')).toBeTruthy();
  });

  it('writes "unknown" for a number that is 0 only because nobody knows it', async () => {
    const unknown = { ...dashboard, totalWaiting: 0, unknown: ['totalWaiting'] };
    show(<DashboardOverview />, { getDashboardSummary: async () => unknown });
    expect(await screen.findByText('unknown waiting')).toBeTruthy();
  });
});

describe('AlertsList', () => {
  it('says that all is well only when the server said so', async () => {
    show(<AlertsList />, { getActiveAlerts: async () => [] });
    expect(await screen.findByText('No Active Alerts')).toBeTruthy();
    cleanup();
    show(<AlertsList />, { getActiveAlerts: async () => Promise.reject(new Error('Not yet implemented')) });
    expect(await screen.findByText(/Could not load: Not yet implemented/)).toBeTruthy();
    expect(screen.queryByText('No Active Alerts')).toBeNull();
  });

  it('acknowledges an alert', async () => {
    const acknowledgeAlert = vi.fn(async () => ({ success: true, alert }));
    const notify = show(<AlertsList />, { getActiveAlerts: async () => [alert], acknowledgeAlert });
    fireEvent.click(await screen.findByRole('button', { name: 'Acknowledge: 6.2 % of jobs fail' }));
    await waitFor(() => expect(notify.success).toHaveBeenCalledWith('Alert acknowledged'));
    expect(acknowledgeAlert).toHaveBeenCalledWith('a1');
    expect(screen.getByText('Value: 6.2 / Threshold: 5')).toBeTruthy();
  });
});

describe('QueueHealthStatus', () => {
  it('lists queues with their issues and counts', async () => {
    const ill = {
      ...sampleQueue('payments', 1, { waiting: 37 }),
      status: 'critical' as const,
      issues: ['6 % fail', 'slow'],
    };
    show(<QueueHealthStatus />, {
      getQueuesHealth: async () => [ill, sampleQueue('mail', 1, { unknown: ['active'] })],
    });
    expect(await screen.findByText('6 % fail, slow')).toBeTruthy();
    expect(screen.getByText('37')).toBeTruthy();
    expect(screen.getByText('critical').className).toContain('drover-badge-destructive');
    expect(screen.getByText('unknown')).toBeTruthy();
  });
});
