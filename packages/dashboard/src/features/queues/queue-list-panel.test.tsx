// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { issue, queue } from '../../../testing/queues';
import { NoQueues } from './no-queues';
import { QueueListPanel } from './queue-list-panel';

const failing = issue('critical', { kind: 'error_rate', message: '6.2 % of jobs fail (limit 5 %)' });
const mail = queue('mail', { metrics: { waiting: 3, oldestWaitingMs: 9_000 } });
const payments = queue('payments', { issues: [failing], metrics: { waiting: 37, errorRate: 6.2 } });
const legacy = queue('legacy', { metrics: { waiting: 0, unknown: ['waiting'] }, watchedBy: 'other' });

function show(queues = [mail, payments, legacy]) {
  return render(<QueueListPanel title="Queue health" queues={queues} trends={undefined} />);
}
const shownNames = () => screen.getAllByRole('link').map((link) => link.textContent);

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  window.history.replaceState(null, '', '/');
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

describe('the queue list', () => {
  it('starts with what is wrong, in words and in colour', () => {
    show();
    expect(shownNames()).toEqual(['payments', 'legacy', 'mail']);
    const row = screen.getAllByRole('row')[1];
    if (!row) throw new Error('There is no row.');
    expect(within(row).getByText('Critical')).toBeTruthy();
    expect(within(row).getByText('6.2 % of jobs fail (limit 5 %)')).toBeTruthy();
    expect(within(row).getByText('6.2 %').className).toContain('cell-critical');
  });

  it('says "unknown", not 0, where nobody knows', () => {
    show([legacy]);
    expect(screen.getByTitle('Waiting: unknown').textContent).toBe('–unknown');
    expect(screen.getByTitle('Workers of this queue do not report to Drover').textContent).toBe('–unknown');
  });

  it('keeps filter and sort in the URL, so that a link shows the same', () => {
    show();
    fireEvent.change(screen.getByLabelText('Filter queues'), { target: { value: 'a' } });
    fireEvent.click(screen.getByRole('button', { name: 'Waiting' }));
    expect(window.location.search).toBe('?q=a&sort=-waiting');
    fireEvent.click(screen.getByRole('radio', { name: 'Critical 1' }));
    expect(window.location.search).toBe('?q=a&sort=-waiting&status=critical');
    expect(shownNames()).toEqual(['payments']);
    cleanup();
    show();
    expect(shownNames()).toEqual(['payments']);
  });

  it('offers a way out when nothing matches', () => {
    window.history.replaceState(null, '', '/?q=zzz');
    show();
    fireEvent.click(screen.getByRole('button', { name: 'Show all 3 queues' }));
    expect(shownNames()).toHaveLength(3);
  });

  it('tells how the first queue comes here, where there is none', () => {
    render(<NoQueues engine="redis" />);
    expect(screen.getByRole('heading', { name: 'No queues yet' })).toBeTruthy();
    expect(screen.getByText(/the redis engine and shows a queue here within seconds of its first job/)).toBeTruthy();
    expect(screen.getByText('npx drover init')).toBeTruthy();
  });

  it('does not move a row from under the pointer, and sorts again when it has gone', () => {
    const { rerender } = show([mail, payments]);
    const body = screen.getAllByRole('rowgroup')[1];
    if (!body) throw new Error('There is no table body.');
    fireEvent.pointerEnter(body);
    const worse = queue('mail', { issues: [failing, failing], metrics: { oldestWaitingMs: 99_000 } });
    rerender(<QueueListPanel title="Queue health" queues={[worse, payments]} trends={undefined} />);
    expect(shownNames()).toEqual(['payments', 'mail']);
    fireEvent.pointerLeave(body);
    expect(shownNames()).toEqual(['mail', 'payments']);
  });

  it('moves from row to row with j and k', () => {
    show();
    const press = (key: string) => act(() => void fireEvent.keyDown(document.body, { key }));
    press('j');
    press('j');
    expect(document.activeElement?.textContent).toBe('legacy');
    press('k');
    expect(document.activeElement?.textContent).toBe('payments');
  });
});
