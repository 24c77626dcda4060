// @vitest-environment jsdom
import '../../testing/browser';
import type { LiveControls, LiveState } from '@drover/react';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ms } from '../../testing/queues';
import { formatInstant } from '../models/format';
import { Banner } from './banner';
import { LiveBadge, LiveButtons } from './live-badge';

const nowMs = ms(600);
const page = vi.hoisted(() => ({
  state: { phase: 'live' } as LiveState,
  controls: { pause: vi.fn(), resume: vi.fn(), retryNow: vi.fn(), refresh: vi.fn<LiveControls['refresh']>() },
}));

vi.mock('@drover/react', () => ({
  useLiveState: () => page.state,
  useLiveControls: () => page.controls,
  useSystemStatus: () => ({ data: { tickMs: 5_000, engine: { kind: 'redis', healthy: true, warnings: [] } } }),
}));

beforeEach(() => void vi.useFakeTimers({ now: nowMs }));
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
  vi.useRealTimers();
});

describe('the age of the figures', () => {
  it('says that the figures are old, and from when', () => {
    page.state = { phase: 'live', updatedAt: nowMs - 40_000 };
    const { container } = render(<LiveBadge />);
    expect(screen.getByRole('status').textContent).toBe('Stale');
    expect(container.textContent).toContain('40 s');
    expect(screen.getByTitle(formatInstant(nowMs - 40_000))).toBeTruthy();
  });

  it('announces the word alone, which an age would repeat every second', async () => {
    page.state = { phase: 'live', updatedAt: nowMs };
    const { container } = render(<LiveBadge />);
    const [live, before] = [screen.getByRole('status'), container.textContent];
    await act(() => vi.advanceTimersByTimeAsync(3_000));
    expect(container.textContent).not.toBe(before);
    expect(live.textContent).toBe('Live');
    await act(() => vi.advanceTimersByTimeAsync(30_000));
    expect(live.textContent).toBe('Stale');
  });
});

describe('the buttons beside it', () => {
  it('asks for everything anew at the button, once at a time', async () => {
    let finish = () => {};
    page.controls.refresh.mockReturnValueOnce(
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    render(<LiveButtons />);
    const refresh = screen.getByRole('button', { name: 'Refresh now (r)' });
    fireEvent.click(refresh);
    fireEvent.click(refresh);
    expect(page.controls.refresh).toHaveBeenCalledOnce();
    expect(refresh).toHaveProperty('disabled', true);
    await act(async () => finish());
    expect(refresh).toHaveProperty('disabled', false);
  });

  it('pauses, and resumes what was paused by hand', () => {
    page.state = { phase: 'live' };
    const { rerender } = render(<LiveButtons />);
    fireEvent.click(screen.getByRole('button', { name: 'Pause live updates (p)' }));
    expect(page.controls.pause).toHaveBeenCalledOnce();
    page.state = { phase: 'paused', pausedBy: 'hand' };
    rerender(<LiveButtons />);
    fireEvent.click(screen.getByRole('button', { name: 'Resume live updates (p)' }));
    expect(page.controls.resume).toHaveBeenCalledOnce();
  });
});

it('says above all that the server is away, from when the numbers are, and tries at once when told', () => {
  page.state = { phase: 'offline', updatedAt: nowMs - 90_000, retryAt: nowMs + 4_000 };
  render(<Banner />);
  expect(screen.getByRole('alert').textContent).toContain(`numbers below are from ${formatInstant(nowMs - 90_000)}`);
  fireEvent.click(screen.getByRole('button', { name: 'Try now' }));
  expect(page.controls.retryNow).toHaveBeenCalledOnce();
});
