// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../../testing/page';
import { ms } from '../../../testing/queues';
import { readJobsView, readSearch } from '../../models/jobs-view';
import { useAppLocation } from '../../router/location';
import { JobFilters } from './job-filters';

function Shown() {
  const view = readJobsView(useAppLocation().params);
  return (
    <JobFilters view={view} queueNames={['mail', 'tax']} problems={readSearch(view, ms(0)).problems} nowMs={ms(0)} />
  );
}

const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const submit = () => fireEvent.click(screen.getByRole('button', { name: 'Search' }));

beforeEach(() => openPage('/jobs'));
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the filter of jobs', () => {
  it('asks for nothing while it is typed, and then holds all of it in the URL', () => {
    render(<Shown />);
    type('Name', 'send');
    type('Error has', ' ECONNREFUSED ');
    expect(window.location.search).toBe('');
    submit();
    expect(window.location.search).toBe('?name=send&error=ECONNREFUSED');
    expect(screen.getByLabelText<HTMLInputElement>('Error has').value).toBe('ECONNREFUSED');
  });

  it('says at the field what cannot be searched for, and keeps what was typed', () => {
    render(<Shown />);
    type('Value at a path', 'customer');
    submit();
    expect(window.location.search).toBe('');
    expect(screen.getByText(/is no condition/)).toBeTruthy();
    type('Value at a path', 'customerId = 42');
    expect(screen.queryByText(/is no condition/)).toBeNull();
    submit();
    expect(new URLSearchParams(window.location.search).get('where')).toBe('customerId = 42');
  });

  it('says it of a link too that is wrong', () => {
    openPage('/jobs?min=many');
    render(<Shown />);
    expect(screen.getByText('“many” is no number.')).toBeTruthy();
  });

  it('is cleared with one button, and shows what the back button brings', () => {
    openPage('/jobs?queue=mail&name=send');
    render(<Shown />);
    fireEvent.click(screen.getByRole('button', { name: 'Clear' }));
    expect(window.location.search).toBe('?queue=mail');
    act(() => {
      window.history.replaceState(null, '', '/jobs?queue=mail&name=other');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    expect(screen.getByLabelText<HTMLInputElement>('Name').value).toBe('other');
  });

  it('takes a period at once', () => {
    render(<Shown />);
    fireEvent.click(screen.getByRole('button', { name: 'More' }));
    fireEvent.change(screen.getByLabelText('Finished, started or added'), { target: { value: '1h' } });
    expect(window.location.search).toBe('?when=1h');
  });
});
