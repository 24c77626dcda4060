// @vitest-environment jsdom
import type { FailureGroup, OperationDetail } from '@drover/contract';
import type { RunningFailureScan } from '@drover/react';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../../testing/page';
import { at, ms } from '../../../testing/queues';
import { BulkJobsDialog } from './bulk-jobs-dialog';
import { FailureGroupsPanel } from './failure-groups-panel';
import { RetryGroupDialog } from './retry-group-dialog';

const group: FailureGroup = {
  ...{ fingerprint: '0123456789abcd', message: 'user <n> not found', place: 'load (src/user.js:10)' },
  ...{ count: 214, lastHour: 12, firstSeen: at(-7_200), lastSeen: at(-60), workers: ['mail-1'] },
  queues: [{ queueName: 'mail', count: 214 }],
  example: { queueName: 'mail', jobId: '42', name: 'send', error: 'user 42 not found', failedAt: at(-60) },
};
const scan: RunningFailureScan = {
  ...{ phase: 'done', groups: [group], examined: 214, total: 214, error: null, atMs: ms(0) },
  ...{ goOn: vi.fn(), cancel: vi.fn(), again: vi.fn() },
};
const onRetry = vi.fn();
const show = (change: Partial<RunningFailureScan> = {}) =>
  render(<FailureGroupsPanel scan={{ ...scan, ...change }} nowMs={ms(0)} onRetry={onRetry} />);

beforeEach(() => openPage('/jobs?tab=failures'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('failures by kind', () => {
  it('show a group with its example, and lead to its jobs and its retry', () => {
    show();
    expect(screen.getAllByText('1 kind of failure, all 214 failed jobs looked at.')).toHaveLength(2);
    fireEvent.click(screen.getByText('user <n> not found'));
    expect(screen.getByText('user 42 not found')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Retry the group…' }));
    expect(onRetry).toHaveBeenCalledWith(group);
    fireEvent.click(screen.getByRole('button', { name: 'See its 214 jobs' }));
    expect(location.search).toContain('failure=0123456789abcd');
  });

  it('can be stopped, gone on with, and looked for again', () => {
    show({ phase: 'looking', examined: 100 });
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    cleanup();
    show({ phase: 'cancelled', examined: 100 });
    fireEvent.click(screen.getByRole('button', { name: 'Go on' }));
    cleanup();
    show({ phase: 'failed', groups: [], error: new Error('away') });
    expect(screen.getByText(/broke off: away/)).toBeTruthy();
    expect([scan.cancel, scan.goOn].map((call) => vi.mocked(call).mock.calls.length)).toEqual([1, 1]);
  });

  it('teach what would be here where nothing failed', () => {
    show({ groups: [], examined: 0, total: 0 });
    expect(screen.getByText('No job has failed.')).toBeTruthy();
  });
});

describe('the retry of a group', () => {
  it('tries some first unless that is switched off, and checks what is typed', async () => {
    const onStart = vi.fn(async () => undefined);
    render(<RetryGroupDialog group={group} onStart={onStart} onClose={() => undefined} />);
    fireEvent.change(screen.getByLabelText(/^First/), { target: { value: '0' } });
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Retry some first' }).disabled).toBe(true);
    fireEvent.change(screen.getByLabelText(/^First/), { target: { value: '3' } });
    fireEvent.click(screen.getByRole('button', { name: 'Retry 3 first' }));
    await waitFor(() => expect(onStart).toHaveBeenCalledOnce());
    expect(onStart).toHaveBeenCalledWith({
      kind: 'retry-jobs',
      queues: ['mail'],
      jobs: { states: ['failed'], filter: { failure: '0123456789abcd' }, canary: { jobs: 3, waitMs: 60_000 } },
    });
  });
});

describe('everything that matches', () => {
  const counted = {
    ...{ id: 'op-1', kind: 'remove-jobs', state: 'running', dryRun: true, total: 40, examined: 100, toExamine: 900 },
    queues: [{ queueName: 'mail', state: 'running', total: 40, done: 0, failed: 0 }],
  } as unknown as OperationDetail;
  const onConfirm = vi.fn(async () => undefined);
  const ask = (change: Partial<OperationDetail>, problem?: string) =>
    render(
      <BulkJobsDialog
        kind="remove"
        words="named send"
        counted={{ ...counted, ...change }}
        problem={problem}
        onConfirm={onConfirm}
        onClose={() => undefined}
      />,
    );

  it('is counted before one can agree', async () => {
    ask({});
    expect(screen.getByText('40 so far, 100 of 900 looked at')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Remove them' }).disabled).toBe(true);
    cleanup();
    ask({ state: 'done', total: 240 });
    expect(screen.getByRole('status').textContent).toContain('240 jobs match in 1 queue');
    fireEvent.click(screen.getByRole('button', { name: 'Remove 240 jobs' }));
    await waitFor(() => expect(onConfirm).toHaveBeenCalledWith(true));
  });

  it('says why it could not be counted', () => {
    ask({}, 'only observes');
    expect(screen.getByRole('alert').textContent).toContain('only observes');
    cleanup();
    ask({ state: 'cancelled' });
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Remove them' }).disabled).toBe(true);
  });
});
