// @vitest-environment jsdom
import { ApiError } from '@drover/client';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { jobDetail } from '../../../testing/jobs';
import { openPage } from '../../../testing/page';
import { at, ms } from '../../../testing/queues';
import { FactsPanel } from './facts-panel';
import { FailuresPanel } from './failures-panel';
import { LogsPanel, logPage } from './logs-panel';
import { RedactionNotice } from './redaction-notice';
import { RunningPanel } from './running-panel';
import { TreePanel } from './tree-panel';
import { ValuePanel } from './value-panel';

beforeEach(() => openPage('/jobs/mail/1'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('a value of a job', () => {
  const nothing = { view: undefined, error: null, loading: false };

  it('shows that something is hidden, and where', () => {
    const view = { value: { card: '[redacted]', to: 'ada' }, bytes: 40, cut: false };
    render(<ValuePanel title="Payload" view={view} whole={nothing} onWhole={vi.fn()} none="" fileName="a.json" />);
    expect(screen.getByTitle('Hidden by a redaction rule').textContent).toBe('[redacted]');
    expect(screen.getByText(/"to": "ada"/)).toBeTruthy();
  });

  it('that is large is fetched when it is asked for', () => {
    const onWhole = vi.fn();
    const view = { bytes: 60_000, cut: true };
    const props = { title: 'Payload', view, onWhole, none: '', fileName: 'a.json' };
    const { rerender } = render(<ValuePanel {...props} whole={nothing} />);
    fireEvent.click(screen.getByRole('button', { name: 'Fetch all 58.6 KB' }));
    expect(onWhole).toHaveBeenCalledTimes(1);
    rerender(<ValuePanel {...props} whole={{ ...nothing, view: { value: 'x', bytes: 60_000, cut: false } }} />);
    expect(screen.getByText('"x"')).toBeTruthy();
    rerender(<ValuePanel {...props} whole={{ ...nothing, error: new Error('up to 8 MB are shown') }} />);
    expect(screen.getByText('up to 8 MB are shown')).toBeTruthy();
  });
});

describe('hidden values', () => {
  const props = { loading: false, error: null, onReveal: vi.fn(), onHide: vi.fn() };

  it('are shown on request, which is said to be written down', () => {
    const { rerender } = render(<RedactionNotice {...props} revealed={false} />);
    expect(screen.getByText(/written to the audit log/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show hidden values' }));
    expect(props.onReveal).toHaveBeenCalled();
    rerender(<RedactionNotice {...props} revealed />);
    expect(screen.getByText(/Your look is in the audit log/)).toBeTruthy();
  });

  it('name the role that it takes', () => {
    const error = new ApiError('no', { code: 'forbidden', status: 403, details: { requiredRole: 'admin' } });
    render(<RedactionNotice {...props} error={error} revealed={false} />);
    expect(screen.getByText(/needs the role admin/)).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });
});

describe('why a job failed', () => {
  it('is told attempt by attempt, the latest first and open', () => {
    render(<FailuresPanel job={jobDetail('1', { attemptsMade: 4 })} />);
    const attempts = [...document.querySelectorAll('details')];
    expect(attempts.map((attempt) => [attempt.open, attempt.querySelector('summary')?.textContent])).toEqual([
      [true, 'Attempt 2Error: second'],
      [false, 'Attempt 1Error: first'],
    ]);
    expect(screen.getByText('2 of 4 attempts kept')).toBeTruthy();
  });
});

describe('what is known of a job', () => {
  it('leads on: to its worker, its parent, its schedule; and tells its deadline', () => {
    const job = jobDetail('1', {
      state: 'active',
      startedAt: at(-10),
      scheduleId: 'nightly',
      parent: { queueName: 'orders', jobId: '9' },
    });
    const timeout = { timeout: 30_000, softTimeoutPercentage: 80, adaptiveEnabled: false };
    render(<FactsPanel job={job} timeout={timeout} nowMs={ms(0)} />);
    const links = screen.getAllByRole('link').map((link) => link.getAttribute('href'));
    expect(links).toEqual([
      '/queues/mail',
      '/workers?worker=mail-1',
      '/schedules?schedule=mail%2Fnightly',
      '/jobs/orders/9',
    ]);
    expect(screen.getByText('in 20 s')).toBeTruthy();
    expect(screen.getByText('3 of 3')).toBeTruthy();
  });
});

describe('the flow of a job', () => {
  it('marks where one is, and names jobs that are gone', () => {
    const nodes = [
      { queueName: 'orders', jobId: '9', name: 'order', state: 'waiting-children' as const },
      { queueName: 'mail', jobId: '1', name: 'send', state: 'failed' as const, parent: 0 },
      { queueName: 'mail', jobId: '2', status: 'processed' as const, parent: 0 },
    ];
    render(
      <TreePanel
        tree={{ nodes, cut: true }}
        error={null}
        onRetry={vi.fn()}
        current={{ queueName: 'mail', jobId: '1' }}
      />,
    );
    expect(document.querySelector('[aria-current]')?.textContent).toContain('send');
    expect(screen.getByText('2 of mail, gone')).toBeTruthy();
    expect(screen.getByText(/3 jobs, there are more/)).toBeTruthy();
  });
});

describe('the log of a job', () => {
  it('is read page by page, and follows its end again from the last', () => {
    const onFrom = vi.fn();
    const lines = Array.from({ length: logPage }, (_, line) => `line ${line}`);
    const props = { logs: { lines, total: 500 }, total: 500, error: null, onRetry: vi.fn(), onFrom };
    const { rerender } = render(<LogsPanel {...props} from={300} />);
    expect(screen.getByText('301 to 500')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Earlier' }));
    expect(onFrom).toHaveBeenLastCalledWith(100);
    rerender(<LogsPanel {...props} from={100} />);
    fireEvent.click(screen.getByRole('button', { name: 'Later' }));
    expect(onFrom).toHaveBeenLastCalledWith(undefined);
  });
});

describe('running jobs', () => {
  it('say which are stuck and why, how far the others are, and can be cancelled', () => {
    const onCancel = vi.fn();
    const jobs = [
      {
        queueName: 'mail',
        jobId: '1',
        name: 'send',
        ageMs: 90_000,
        attempt: 1,
        workerId: 'w-1',
        stuck: 'worker_gone' as const,
      },
      { queueName: 'mail', jobId: '2', name: 'send', ageMs: 5_000, attempt: 2, progress: 40 },
    ];
    render(
      <RunningPanel
        running={{ timestamp: at(0), jobs, truncated: false }}
        error={null}
        onRetry={vi.fn()}
        workerIds={['w-1']}
        queueNames={['mail']}
        workerId=""
        queueName=""
        onCancel={onCancel}
      />,
    );
    expect(screen.getByText('2 jobs · 1 stuck')).toBeTruthy();
    expect(screen.getByTitle(/reports no more/).textContent).toBe('Worker gone');
    expect(screen.getByLabelText<HTMLProgressElement>('Progress of send').value).toBe(40);
    fireEvent.click(screen.getByRole('button', { name: 'Cancel send, 2' }));
    expect(onCancel).toHaveBeenCalledWith(jobs[1]);
    fireEvent.change(screen.getByLabelText('Worker'), { target: { value: 'w-1' } });
    expect(window.location.search).toBe('?by=w-1');
  });
});
