// @vitest-environment jsdom
import type { QuarantinedJob } from '@drover/contract';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../../testing/page';
import { at, ms } from '../../../testing/queues';
import { QuarantinePanel } from './quarantine-panel';

const crash = {
  kind: 'memory_limit' as const,
  workerId: 'mail-1',
  host: 'node-a',
  startedAt: at(-70),
  noticedAt: at(-60),
  beside: 0,
  rssMB: 900,
  heapUsedMB: 700,
  memoryLimitMB: 800,
};
const poison: QuarantinedJob = {
  id: 'q-1',
  queueName: 'mail',
  jobId: '7',
  name: 'resize',
  since: at(-30),
  state: 'waiting',
  crashes: [{ ...crash, kind: 'vanished', beside: 2, noticedAt: at(-600), startedAt: at(-620) }, crash],
};
const onChange = vi.fn();
const show = (jobs: readonly QuarantinedJob[], afterCrashes = 3) =>
  render(
    <QuarantinePanel
      jobs={jobs}
      afterCrashes={afterCrashes}
      error={null}
      onRetry={vi.fn()}
      hasMore={false}
      loadingMore={false}
      onMore={vi.fn()}
      nowMs={ms(0)}
      onChange={onChange}
    />,
  );

beforeEach(() => openPage('/jobs?tab=quarantine'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  onChange.mockReset();
});

describe('the quarantine', () => {
  it('shows the evidence: each crash with its memory, and who else may be to blame', () => {
    show([poison]);
    expect(screen.getByText('set aside after 3 crashes in seven days')).toBeTruthy();
    fireEvent.keyDown(screen.getAllByRole('row')[1] as HTMLElement, { key: 'Enter' });
    const crashes = [...screen.getByRole('list', { name: /Crashes/ }).children].map((item) => item.textContent);
    expect(crashes[0]).toContain('Above its hard memory limit60 s ago, 10 s into its run');
    expect(crashes[0]).toContain('900 MB resident of 800 MB');
    expect(crashes[0]).toContain('No other job was in hand');
    expect(crashes[1]).toContain('2 other jobs in hand');
  });

  it('lets jobs go after a question, and says which could not be', async () => {
    onChange.mockResolvedValueOnce({ done: 0, failed: 1, errors: [{ jobId: '7', error: 'It is gone.' }] });
    show([poison]);
    fireEvent.click(screen.getByLabelText('Select resize, 7'));
    fireEvent.click(screen.getByRole('button', { name: 'Release…' }));
    expect(onChange).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Release 1 job' }));
    await waitFor(() => expect(onChange).toHaveBeenCalledWith('release', [poison]));
    expect(await screen.findByText(/7: It is gone/)).toBeTruthy();
  });

  it('says what it is for, or that it is off', () => {
    const { unmount } = show([]);
    expect(screen.getByText(/takes no further worker along/)).toBeTruthy();
    unmount();
    show([], 0);
    expect(screen.getByText(/switched off: /)).toBeTruthy();
  });
});
