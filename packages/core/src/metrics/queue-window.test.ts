import { describe, expect, it } from 'vitest';
import { Histogram } from './histogram.js';
import { percentOf, QueueWindow, RATE_WINDOW_MS, SHARE_WINDOW_MS } from './queue-window.js';
import { zeroTotals } from './worker-ledger.js';

function interval(fromMs: number, toMs: number, completed: number, failed = 0) {
  const processing = new Histogram();
  for (let index = 0; index < completed + failed; index++) processing.record(10);
  return {
    fromMs,
    toMs,
    totals: { ...zeroTotals, started: completed + failed, completed, failed },
    processing,
    wait: null,
  };
}

describe('QueueWindow', () => {
  it('slides: a minute holds the last minute only', () => {
    const window = new QueueWindow();
    for (let tick = 0; tick < 24; tick++) window.push(interval(tick * 5_000, tick * 5_000 + 5_000, 10), 0);
    expect(window.totals(120_000, RATE_WINDOW_MS).finished).toBe(120);
    expect(window.totals(150_000, RATE_WINDOW_MS).finished).toBe(60);
    expect(window.totals(180_000, RATE_WINDOW_MS).finished).toBe(0);
  });

  it('spreads what piled up unseen over the time in which it happened', () => {
    const window = new QueueWindow();
    window.push(interval(0, 600_000, 6_000), 0);
    expect(window.totals(600_000, RATE_WINDOW_MS).finished).toBe(600);
  });

  it('forgets timings as they leave the window', () => {
    const window = new QueueWindow();
    window.push(interval(0, 5_000, 10), 0);
    window.push(interval(5_000, 10_000, 7), 0);
    window.advance(5_000 + SHARE_WINDOW_MS);
    expect(window.processing.count).toBe(7);
    window.advance(10_000 + SHARE_WINDOW_MS);
    expect(window.processing.count).toBe(0);
    expect(window.processing.sumMs).toBe(0);
  });

  it('counts as arrived what was started and what the backlog grew by', () => {
    const window = new QueueWindow();
    window.push(interval(0, 5_000, 10), 4);
    window.push(interval(5_000, 10_000, 10), -3);
    expect(window.totals(10_000, RATE_WINDOW_MS).arrived).toBe(21);
  });

  it('never reports negative arrivals when a backlog was removed by hand', () => {
    const window = new QueueWindow();
    window.push(interval(0, 5_000, 0), -500);
    expect(window.totals(5_000, RATE_WINDOW_MS).arrived).toBe(0);
  });

  it('forgets what a clock that jumped back has made the future', () => {
    const window = new QueueWindow();
    window.push(interval(3_600_000, 3_605_000, 100), 0);
    window.advance(10_000);
    window.push(interval(5_000, 10_000, 10), 0);
    expect(window.totals(10_000, RATE_WINDOW_MS).finished).toBe(10);
    expect(window.processing.count).toBe(10);
  });

  it('calls no failure of no attempts 0 percent', () => {
    expect(percentOf(0, 0)).toBe(0);
    expect(percentOf(1, 8)).toBe(12.5);
  });
});
