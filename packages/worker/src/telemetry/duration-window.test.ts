import { Histogram } from '@drover/core';
import { describe, expect, it } from 'vitest';
import { DurationWindow, SLOT_MS, WINDOW_MS } from './duration-window.js';

function measuring() {
  const cumulative = new Histogram();
  const window = new DurationWindow(cumulative);
  const run = (durationMs: number) => {
    cumulative.record(durationMs);
    window.record(durationMs);
  };
  return { window, run };
}

describe('DurationWindow', () => {
  it('has nothing to add while all that was measured lies within it', () => {
    const { window, run } = measuring();
    for (let nowMs = 0; nowMs < WINDOW_MS; nowMs += SLOT_MS) {
      expect(window.read(nowMs)).toBeNull();
      run(5);
    }
  });

  it('lets go of what is older than an hour: counts, percentiles, and extremes exactly', () => {
    const { window, run } = measuring();
    window.read(0);
    run(0.25);
    run(9_000.125);
    window.read(SLOT_MS);
    run(70.5);
    for (let nowMs = 2 * SLOT_MS; nowMs <= WINDOW_MS; nowMs += SLOT_MS) window.read(nowMs);
    run(80.25);
    const reading = window.read(WINDOW_MS + SLOT_MS);
    expect(reading).toMatchObject({ minMs: 70.5, maxMs: 80.25, spanMs: WINDOW_MS });
    expect(reading?.processing.count).toBe(2);
    expect(reading?.processing.quantile(1)).toBeCloseTo(80, 0);
  });

  it('is empty, and knows no extremes, after an hour without a job', () => {
    const { window, run } = measuring();
    window.read(0);
    run(5);
    for (let nowMs = SLOT_MS; nowMs <= 2 * WINDOW_MS; nowMs += SLOT_MS) window.read(nowMs);
    expect(window.read(2 * WINDOW_MS + 1)).toMatchObject({ minMs: null, maxMs: null });
    expect(window.read(2 * WINDOW_MS + 1)?.processing.count).toBe(0);
  });

  it('survives a sleep: what it cannot date goes an hour after', () => {
    const { window, run } = measuring();
    window.read(0);
    run(5);
    window.read(10 * WINDOW_MS);
    run(7);
    expect(window.read(11 * WINDOW_MS)).toMatchObject({ minMs: 7, maxMs: 7, spanMs: WINDOW_MS });
  });
});
