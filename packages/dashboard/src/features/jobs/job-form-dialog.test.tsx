// @vitest-environment jsdom
import { ApiError } from '@drover/client';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../../testing/page';
import { readNewJob } from '../../models/job-form';
import { JobFormDialog } from './job-form-dialog';

const onSubmit = vi.fn();
const onClose = vi.fn();
const show = () =>
  render(
    <JobFormDialog
      title="Add a job"
      submitLabel="Add the job"
      busyLabel="Adding…"
      fields={['name', 'options.jobId', 'options.delay']}
      read={readNewJob}
      onSubmit={onSubmit}
      onClose={onClose}
    />,
  );
const type = (label: string | RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const submit = () => fireEvent.click(screen.getByRole('button', { name: 'Add the job' }));

beforeEach(() => openPage('/jobs'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

describe('the form of a job', () => {
  it('is checked at its fields before anything is sent', async () => {
    show();
    type('Payload, JSON', '{to: 1}');
    submit();
    expect(screen.getByText(/Give it a name/)).toBeTruthy();
    expect(screen.getByText(/Is no JSON/)).toBeTruthy();
    expect(onSubmit).not.toHaveBeenCalled();
    type('Name', 'send');
    type('Payload, JSON', '{"to": 1}');
    type(/^Delay/, '2');
    submit();
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(onSubmit).toHaveBeenCalledWith({ name: 'send', data: { to: 1 }, options: { delay: 2_000 } });
  });

  it('shows at the field what the server refuses, and loses nothing', async () => {
    const fields = [{ in: 'body', path: 'options.jobId', message: 'there is such a job already' }];
    onSubmit.mockRejectedValueOnce(new ApiError('no', { code: 'invalid_input', status: 400, details: { fields } }));
    show();
    type('Name', 'send');
    type('Id', 'order-7');
    submit();
    expect(await screen.findByText('There is such a job already.')).toBeTruthy();
    expect(screen.getByLabelText<HTMLInputElement>('Id').value).toBe('order-7');
    expect(onClose).not.toHaveBeenCalled();
  });

  it('asks before what was typed is lost', () => {
    show();
    type('Name', 'send');
    fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
    expect(onClose).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
    expect(onClose).toHaveBeenCalled();
  });

  it('tidies JSON up, and leaves alone what is none', () => {
    show();
    type('Payload, JSON', '{"a":1}');
    fireEvent.click(screen.getByRole('button', { name: 'Tidy up' }));
    expect(screen.getByLabelText<HTMLTextAreaElement>('Payload, JSON').value).toBe('{\n  "a": 1\n}');
  });
});
