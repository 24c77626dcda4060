// @vitest-environment jsdom
import { ApiError } from '@drover/client';
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../../testing/page';
import { ms } from '../../../testing/queues';
import { schedule } from '../../../testing/schedules';
import { readNewSchedule, readScheduleEdit, textsOfSchedule } from '../../models/schedule-form';
import { useAppLocation } from '../../router/location';
import { ScheduleDrawer } from './schedule-drawer';
import { ScheduleFormDialog } from './schedule-form-dialog';
import { SchedulesPanel } from './schedules-panel';

const onRun = vi.fn();
const schedules = [
  schedule('nightly'),
  schedule('often', { queueName: 'mail', everyMs: 20_000, overdueMs: 65_000, nextAt: new Date(ms(-65)) }),
  schedule('idle', { paused: true, nextRuns: [] }),
];

function Panel({ list = schedules }: { list?: typeof schedules }) {
  useAppLocation();
  return (
    <SchedulesPanel
      list={{ schedules: list, truncated: false }}
      error={null}
      onRetry={vi.fn()}
      nowMs={ms(0)}
      queueNames={['mail', 'reports']}
      starting={new Set()}
      onRun={onRun}
      onAdd={vi.fn()}
    />
  );
}
const shown = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.dataset.row);

beforeEach(() => openPage('/schedules'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('the list of schedules', () => {
  it('comes with what is due first, paused ones last, each with its runs', () => {
    render(<Panel />);
    expect(shown()).toEqual(['mail/often', 'reports/nightly', 'reports/idle']);
    expect(screen.getByText(/Overdue/).textContent).toContain('1 m 05 s');
    const nightly = within(screen.getAllByRole('row')[2] as HTMLElement);
    expect(nightly.getByText('at 03:00 every day')).toBeTruthy();
    expect(nightly.getByText('in 60 min')).toBeTruthy();
    expect(nightly.getByRole('link', { name: /^Failed, took/ }).getAttribute('href')).toBe('/jobs/reports/r-2');
  });

  it('is filtered by the URL, opens one, and runs one', () => {
    render(<Panel />);
    fireEvent.click(screen.getByRole('button', { name: 'Run nightly now' }));
    expect(onRun).toHaveBeenCalledWith(schedules[0]);
    fireEvent.change(screen.getByLabelText('Queue'), { target: { value: 'mail' } });
    expect(shown()).toEqual(['mail/often']);
    fireEvent.keyDown(screen.getAllByRole('row')[1] as HTMLElement, { key: 'Enter' });
    expect(window.location.search).toBe('?queue=mail&schedule=mail%2Foften');
  });

  it('teaches what a schedule is where there is none', () => {
    render(<Panel list={[]} />);
    expect(screen.getByText('There is no schedule.')).toBeTruthy();
  });
});

describe('one schedule', () => {
  const props = {
    scheduleId: 'often',
    schedule: schedules[1],
    gone: false,
    error: null,
    onRetry: vi.fn(),
    nowMs: ms(0),
    self: undefined,
    busy: false,
    onRun,
    onPause: vi.fn(),
    onEdit: vi.fn(),
    onRemove: vi.fn(),
    onClose: vi.fn(),
  };

  it('that missed its run says so, and leads to the alerts', () => {
    render(<ScheduleDrawer {...props} />);
    expect(screen.getByRole('link', { name: 'Alerts about missed runs' }).getAttribute('href')).toBe(
      '/alerts?kind=schedule_missed&queue=mail',
    );
    fireEvent.click(screen.getByRole('button', { name: 'Pause' }));
    expect(props.onPause).toHaveBeenCalledWith(true);
  });

  it('that is gone says that', () => {
    render(<ScheduleDrawer {...props} schedule={undefined} gone />);
    expect(screen.getByText('There is no such schedule.')).toBeTruthy();
  });
});

describe('the form of a schedule', () => {
  const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });

  it('says what a pattern means while it is typed, and sends what was filled in', async () => {
    const onSave = vi.fn(async () => undefined);
    const onClose = vi.fn();
    render(
      <ScheduleFormDialog queueNames={['mail', 'reports']} read={readNewSchedule} onSave={onSave} onClose={onClose} />,
    );
    type('Cron pattern', '*/15 9-17 * * 1-5');
    expect(screen.getByText('every 15 min from 09:00 to 17:59 on weekdays')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Add the schedule' }));
    expect(screen.getByText(/Give it an id/)).toBeTruthy();
    expect(onSave).not.toHaveBeenCalled();
    type('Id', 'digest');
    type('Name of its jobs', 'send-digest');
    type('Time zone', 'Europe/Berlin');
    fireEvent.click(screen.getByRole('button', { name: 'Add the schedule' }));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(onSave).toHaveBeenCalledWith({
      queueName: 'mail',
      scheduleId: 'digest',
      jobName: 'send-digest',
      pattern: '*/15 9-17 * * 1-5',
      tz: 'Europe/Berlin',
      data: {},
    });
  });

  it('sends only what was changed, and shows at the field what is refused', async () => {
    const fields = [{ in: 'body', path: 'tz', message: 'is no time zone' }];
    const onSave = vi
      .fn()
      .mockRejectedValueOnce(new ApiError('no', { code: 'invalid_input', status: 400, details: { fields } }));
    render(
      <ScheduleFormDialog
        before={textsOfSchedule(schedule('nightly'))}
        queueNames={['reports']}
        read={readScheduleEdit}
        onSave={onSave}
        onClose={vi.fn()}
      />,
    );
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(screen.getByText('Nothing is changed yet.')).toBeTruthy();
    type('Time zone', 'Moon/Tycho');
    fireEvent.click(screen.getByRole('button', { name: 'Save' }));
    expect(await screen.findByText('Is no time zone.')).toBeTruthy();
    expect(onSave).toHaveBeenCalledWith({ tz: 'Moon/Tycho' });
  });
});
