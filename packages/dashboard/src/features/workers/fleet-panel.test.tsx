// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ms } from '../../../testing/queues';
import { memoryConfig, recycle, worker } from '../../../testing/workers';
import { workerRows } from '../../models/worker-rows';
import { FleetPanel } from './fleet-panel';
import { RecycleDialog } from './recycle-dialog';

const workers = [
  worker('mail-1', { rss: 300, active: 2 }),
  worker('mail-2', { rss: 800, host: 'node-b', active: 1 }),
  worker('assets-1', { rss: 100, queueName: 'assets', active: 0 }),
];
const rows = workerRows(workers, memoryConfig, [recycle('assets-1')]);
const onRecycle = vi.fn();
const show = () => render(<FleetPanel rows={rows} nowMs={ms(0)} onRecycle={onRecycle} />);
const shown = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.dataset.row);

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  window.history.replaceState(null, '', '/workers');
  HTMLDialogElement.prototype.showModal = vi.fn();
  HTMLDialogElement.prototype.close = vi.fn();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  onRecycle.mockReset();
});

describe('the list of workers', () => {
  it('starts with what is nearest to its limit, in words too', () => {
    show();
    expect(shown()).toEqual(['mail-2', 'mail-1', 'assets-1']);
    expect(screen.getByText('Above its soft limit')).toBeTruthy();
    expect(screen.getByText('new certificates: finishes its jobs')).toBeTruthy();
  });

  it('keeps filters and sort in the URL', () => {
    show();
    fireEvent.change(screen.getByLabelText('Queue'), { target: { value: 'mail' } });
    fireEvent.click(screen.getByRole('button', { name: 'Worker' }));
    expect(window.location.search).toBe('?queue=mail&sort=worker');
    expect(shown()).toEqual(['mail-1', 'mail-2']);
    fireEvent.change(screen.getByLabelText('Filter'), { target: { value: 'zzz' } });
    fireEvent.click(screen.getByRole('button', { name: 'Show all 3 workers' }));
    expect(shown()).toHaveLength(3);
  });

  it('hands the chosen workers on to be recycled', () => {
    show();
    fireEvent.click(screen.getByLabelText('Select mail-1 of mail'));
    fireEvent.click(screen.getByLabelText('Select mail-2 of mail'));
    const bar = within(screen.getByRole('region', { name: 'Chosen workers' }));
    expect(bar.getByText('2 workers chosen')).toBeTruthy();
    fireEvent.click(bar.getByRole('button', { name: 'Recycle…' }));
    expect(onRecycle.mock.calls[0]?.[0].map(({ workerId }: { workerId: string }) => workerId)).toEqual([
      'mail-2',
      'mail-1',
    ]);
  });

  it('teaches where no worker reports', () => {
    render(<FleetPanel rows={[]} nowMs={0} onRecycle={onRecycle} />);
    expect(screen.getByText('No worker reports to Drover.')).toBeTruthy();
  });
});

describe('asking for a recycle', () => {
  const submit = (name: string) => fireEvent.click(screen.getByRole('button', { name, hidden: true }));

  it('needs a reason, says what happens to the jobs at work, and names those refused', async () => {
    const recycleThem = vi.fn(async () => ({
      started: ['mail-1'],
      refused: [{ workerId: 'mail-2', why: 'It ends.' }],
    }));
    const onClose = vi.fn();
    render(<RecycleDialog workers={workers.slice(0, 2)} onRecycle={recycleThem} onClose={onClose} />);
    expect(screen.getByText(/3 jobs at work now are finished first/)).toBeTruthy();
    fireEvent.click(screen.getByRole('switch', { hidden: true }));
    expect(screen.getByText(/3 jobs at work now are given back/)).toBeTruthy();

    submit('Recycle 2 workers');
    expect(await screen.findByText(/Say why/)).toBeTruthy();
    expect(recycleThem).not.toHaveBeenCalled();

    fireEvent.change(screen.getByLabelText('Reason'), { target: { value: ' new certificates ' } });
    submit('Recycle 2 workers');
    await waitFor(() => expect(recycleThem).toHaveBeenCalledWith({ reason: 'new certificates', graceful: false }));
    expect(await screen.findByText(/1 started, 1 refused/)).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
  });
});
