// @vitest-environment jsdom
import type { JobsChange, JobsChangeResult } from '@drover/react';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { job } from '../../../testing/jobs';
import { openPage } from '../../../testing/page';
import { JobActionDialog } from './job-action-dialog';

const jobs = [job('1'), job('2'), job('3', { queueName: 'tax' })];
const all: JobsChangeResult = { total: 3, done: 3, untried: 0, failed: 0, errors: [] };

/** A run that ends when the test says so. */
function running() {
  let finish: (result: JobsChangeResult) => void = () => undefined;
  const onRun = vi.fn(
    (_change: JobsChange) =>
      new Promise<JobsChangeResult>((resolve) => {
        finish = resolve;
      }),
  );
  return { onRun, finish: (result: JobsChangeResult) => act(async () => finish(result)) };
}

beforeEach(() => openPage('/jobs'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('an action on jobs', () => {
  it('says what it touches, runs once, shows how far it is, and closes with the result', async () => {
    const { onRun, finish } = running();
    const onClose = vi.fn();
    render(<JobActionDialog kind="retry" jobs={jobs} onRun={onRun} onClose={onClose} />);
    expect(screen.getByRole('heading', { name: 'Retry 3 jobs in 2 queues?' })).toBeTruthy();
    const button = screen.getByRole('button', { name: 'Retry 3 jobs' });
    fireEvent.click(button);
    fireEvent.click(button);
    expect(onRun).toHaveBeenCalledTimes(1);
    act(() => onRun.mock.calls[0]?.[0].onProgress?.(2));
    expect(screen.getByText('2 of 3 jobs')).toBeTruthy();
    await finish(all);
    expect(onClose).toHaveBeenCalledWith(all);
  });

  it('can be stopped while it runs, and stays with what was done', async () => {
    const { onRun, finish } = running();
    const onClose = vi.fn();
    render(<JobActionDialog kind="remove" jobs={jobs} onRun={onRun} onClose={onClose} />);
    fireEvent.click(screen.getByRole('button', { name: 'Remove 3 jobs' }));
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    expect(onRun.mock.calls[0]?.[0].signal?.aborted).toBe(true);
    await finish({
      total: 3,
      done: 1,
      untried: 1,
      failed: 1,
      errors: [{ queueName: 'mail', jobId: '2', error: 'A worker holds it.' }],
    });
    expect(screen.getByText('1 of 3 jobs removed, 1 could not be, 1 not tried')).toBeTruthy();
    expect(screen.getByText(/A worker holds it/)).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('keeps a copy of what is removed unless told not to', async () => {
    const onRun = vi.fn(async () => ({ ...all, total: 1, done: 1 }));
    render(<JobActionDialog kind="remove" jobs={[job('1')]} onRun={onRun} onClose={() => undefined} />);
    fireEvent.click(screen.getByRole('switch'));
    fireEvent.click(screen.getByRole('button', { name: 'Remove the job' }));
    await waitFor(() =>
      expect(onRun).toHaveBeenCalledWith(expect.objectContaining({ action: 'remove', trash: false })),
    );
  });

  it('tells a cancelled job why', async () => {
    const onRun = vi.fn(async () => ({ ...all, total: 1, done: 1 }));
    render(<JobActionDialog kind="cancel" jobs={[job('1')]} onRun={onRun} onClose={() => undefined} />);
    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: ' wrong year ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Cancel the job' }));
    await waitFor(() =>
      expect(onRun).toHaveBeenCalledWith(expect.objectContaining({ action: 'cancel', reason: 'wrong year' })),
    );
  });

  it('shows why nothing was done, and may be tried again', async () => {
    const onRun = vi.fn().mockRejectedValueOnce(new Error('This needs the role operator.')).mockResolvedValueOnce(all);
    const onClose = vi.fn();
    render(<JobActionDialog kind="retry" jobs={jobs} onRun={onRun} onClose={onClose} />);
    fireEvent.click(screen.getByRole('button', { name: 'Retry 3 jobs' }));
    expect(await screen.findByText('This needs the role operator.')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Retry 3 jobs' }));
    await waitFor(() => expect(onClose).toHaveBeenCalledWith(all));
  });
});
