// @vitest-environment jsdom
import { ApiError } from '@drover/client';
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { job } from '../../../testing/jobs';
import { openPage } from '../../../testing/page';
import { ms, queue } from '../../../testing/queues';
import { placeCounts } from '../../models/jobs';
import { useAppLocation } from '../../router/location';
import { JobsCountsPanel } from './jobs-counts-panel';
import { JobsPanel, type JobsPanelProps } from './jobs-panel';

const onAct = vi.fn();
const counts = placeCounts(queue('mail', { metrics: { failed: 3, active: 1, delayed: 2 } }));

function Shown(props: Partial<JobsPanelProps>) {
  useAppLocation();
  return (
    <JobsPanel
      queueName="mail"
      state="failed"
      order="newest"
      counts={counts}
      jobs={[job('1'), job('2'), job('3')]}
      error={null}
      onRetry={() => undefined}
      hasMore={false}
      loadingMore={false}
      onMore={() => undefined}
      still={false}
      onRefresh={() => undefined}
      nowMs={ms(0)}
      onAct={onAct}
      {...props}
    />
  );
}

beforeEach(() => openPage('/jobs?queue=mail'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  onAct.mockReset();
});

describe('the jobs of a queue', () => {
  it('lead to the job, and say why, how often and when', () => {
    render(<Shown jobs={[job('7')]} />);
    const row = screen.getAllByRole('row')[1];
    if (!row) throw new Error('There is no row.');
    expect(within(row).getByRole('link').getAttribute('href')).toBe('/jobs/mail/7');
    for (const text of ['connect ECONNREFUSED', '2 of 3', '2.0 s', '60 s ago']) {
      expect(within(row).getByText(text)).toBeTruthy();
    }
  });

  it('hold state and order in the URL', () => {
    render(<Shown />);
    fireEvent.click(screen.getByRole('radio', { name: 'Delayed 2' }));
    fireEvent.click(screen.getByRole('radio', { name: 'Oldest first' }));
    expect(window.location.search).toBe('?queue=mail&state=delayed&order=oldest');
  });

  it('offer for those chosen only what can be done to them', () => {
    render(<Shown jobs={[job('1'), job('2', { state: 'active' })]} />);
    fireEvent.click(screen.getByLabelText('Select all 2 rows'));
    const bar = within(screen.getByRole('region', { name: 'Chosen jobs' }));
    expect(bar.queryByRole('button', { name: /Promote/ })).toBeNull();
    fireEvent.click(bar.getByRole('button', { name: 'Cancel 1 of them…' }));
    expect(onAct).toHaveBeenCalledWith('cancel', [expect.objectContaining({ jobId: '2' })]);
  });

  it('keep those chosen while the list moves, and forget them with another list', () => {
    const { rerender } = render(<Shown />);
    fireEvent.click(screen.getByLabelText('Select send, 2'));
    rerender(<Shown jobs={[job('9'), job('1'), job('2')]} />);
    expect(screen.getByText('1 job chosen')).toBeTruthy();
    rerender(<Shown state="delayed" jobs={[job('2', { state: 'delayed' })]} />);
    expect(screen.queryByText('1 job chosen')).toBeNull();
  });

  it('teach where there are none, and lead to where there are', () => {
    render(<Shown jobs={[]} />);
    expect(screen.getByText('No failed jobs.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: '1 active' }));
    expect(window.location.search).toContain('state=active');
  });

  it('say what is missing to whoever may not see them', () => {
    const denied = new ApiError('no', { code: 'forbidden', status: 403, details: { requiredRole: 'viewer' } });
    render(<Shown jobs={undefined} error={denied} />);
    expect(screen.getByText(/needs the role viewer/)).toBeTruthy();
  });
});

describe('the counts of all queues', () => {
  it('each lead to those jobs; the most failed first', () => {
    const queues = [
      queue('mail', { metrics: { failed: 1 } }),
      queue('tax', { metrics: { failed: 9, unknown: ['waiting'] } }),
    ];
    render(<JobsCountsPanel queues={queues} error={null} onRetry={() => undefined} />);
    const [, first] = screen.getAllByRole('row');
    if (!first) throw new Error('There is no row.');
    expect(within(first).getByRole('link', { name: '9 failed in tax' }).getAttribute('href')).toBe(
      '/jobs?queue=tax&state=failed',
    );
    expect(
      within(first)
        .getAllByTitle('unknown')
        .map((cell) => cell.textContent),
    ).toEqual(['–', '–']);
  });
});
