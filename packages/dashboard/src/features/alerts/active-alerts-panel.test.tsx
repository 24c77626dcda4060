// @vitest-environment jsdom
import { ApiError } from '@drover/client';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { acknowledged, alert } from '../../../testing/alerts';
import { ms, queue } from '../../../testing/queues';
import { readAlertsFilter } from '../../models/alerts';
import { useAppLocation } from '../../router/location';
import { ActiveAlertsPanel, type ActiveAlertsPanelProps } from './active-alerts-panel';

const critical = alert({ severity: 'critical', queueName: 'payments', message: '6.2 % of jobs fail (limit 5 %)' });
const waiting = alert();
const looked = alert({ ...acknowledged(), message: 'p95 is 41 s (limit 30 s)' });

/** The filter and the open alert come from the URL, as in the route. */
function Shown(props: Partial<ActiveAlertsPanelProps>) {
  const { params } = useAppLocation();
  return (
    <ActiveAlertsPanel
      alerts={[waiting, looked, critical]}
      error={null}
      onRetry={() => undefined}
      filter={readAlertsFilter(params)}
      queues={[queue('mail'), queue('payments')]}
      open={params.get('alert') ?? undefined}
      nowMs={ms(600)}
      self="ada@example.com"
      sending={new Set()}
      onAcknowledge={() => undefined}
      onSilence={() => undefined}
      {...props}
    />
  );
}

const messages = () => [...document.querySelectorAll('.alert-message')].map((element) => element.textContent);

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  Element.prototype.scrollIntoView ??= () => undefined;
  act(() => {
    window.history.replaceState(null, '', '/alerts');
    window.dispatchEvent(new PopStateEvent('popstate'));
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('active alerts', () => {
  it('come with the most urgent first, and say who looks after which', () => {
    render(<Shown />);
    expect(messages()).toEqual([critical.message, waiting.message, looked.message]);
    expect(screen.getByText('you')).toBeTruthy();
    expect(screen.getAllByText('for 10 m 00 s')).toHaveLength(3);
  });

  it('have a skeleton while nothing is known', () => {
    render(<Shown alerts={undefined} />);
    expect(document.querySelectorAll('.skeleton').length).toBeGreaterThan(0);
    expect(screen.queryByText('No active alerts')).toBeNull();
  });

  it('say what an alert is when there is none', () => {
    render(<Shown alerts={[]} />);
    expect(screen.getByText('No active alerts')).toBeTruthy();
  });

  it('can be asked for again after an error', () => {
    const onRetry = vi.fn();
    render(<Shown alerts={undefined} error={new Error('The engine is away.')} onRetry={onRetry} />);
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('name the role that is needed', () => {
    const details = { requiredRole: 'viewer', role: 'none' };
    const error = new ApiError('No.', { code: 'forbidden', status: 403, details });
    render(<Shown alerts={undefined} error={error} />);
    expect(screen.getByRole('alert').textContent).toContain('role viewer');
  });

  it('are filtered by the URL, and shown all by one click when nothing passes', () => {
    render(<Shown />);
    fireEvent.change(screen.getByLabelText('Severity'), { target: { value: 'critical' } });
    expect(window.location.search).toBe('?severity=critical');
    expect(messages()).toEqual([critical.message]);
    fireEvent.change(screen.getByLabelText('Queue'), { target: { value: 'mail' } });
    fireEvent.click(screen.getByRole('button', { name: 'Show all 3 alerts' }));
    expect(messages()).toHaveLength(3);
  });

  it('are acknowledged one by one, by pointer or by key, never twice', () => {
    const onAcknowledge = vi.fn();
    const { rerender } = render(<Shown onAcknowledge={onAcknowledge} />);
    fireEvent.click(screen.getByRole('button', { name: `Acknowledge: payments, ${critical.message}` }));
    const row = document.querySelector(`tr[data-row="${waiting.id}"]`);
    if (row) fireEvent.keyDown(row, { key: 'e' });
    expect(onAcknowledge.mock.calls).toEqual([[[critical.id]], [[waiting.id]]]);
    rerender(<Shown onAcknowledge={onAcknowledge} sending={new Set([waiting.id])} />);
    if (row) fireEvent.keyDown(row, { key: 'e' });
    expect(onAcknowledge).toHaveBeenCalledTimes(2);
  });

  it('are acknowledged many at once, without those that somebody looks after', () => {
    const onAcknowledge = vi.fn();
    render(<Shown onAcknowledge={onAcknowledge} />);
    fireEvent.click(screen.getByLabelText('Select all 3 rows'));
    fireEvent.click(screen.getByRole('button', { name: 'Acknowledge 2' }));
    expect(onAcknowledge).toHaveBeenCalledExactlyOnceWith([critical.id, waiting.id]);
    expect(screen.queryByText(/selected/)).toBeNull();
  });

  it('lead to the moment on the charts of their queue', () => {
    render(<Shown />);
    const link = screen.getByRole('link', { name: 'See payments when it fired' });
    expect(link.getAttribute('href')).toMatch(/^\/queues\/payments\?from=2026-11-23T13%3A45.*&to=2026-11-23T14%3A10/);
  });

  it('open with their life, and offer a silence', () => {
    const onSilence = vi.fn();
    act(() => window.history.replaceState(null, '', `/alerts?alert=${critical.id}`));
    act(() => void window.dispatchEvent(new PopStateEvent('popstate')));
    render(<Shown onSilence={onSilence} />);
    expect(screen.getByText('Fired as critical')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Silence…' }));
    expect(onSilence).toHaveBeenCalledWith(critical);
  });
});
