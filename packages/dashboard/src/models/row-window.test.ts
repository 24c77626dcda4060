import { describe, expect, it } from 'vitest';
import { rowWindow } from './row-window.js';

const base = { count: 1_000, heightOf: () => 36, viewPx: 900, overscanPx: 360 };

describe('the window of a long list', () => {
  it.each([-600, 0, 5_000, 20_000, 35_100])('scrolled by %d px covers the view and keeps the height', (scrolledPx) => {
    const { first, end, beforePx, afterPx } = rowWindow({ ...base, scrolledPx });
    expect(beforePx + (end - first) * 36 + afterPx).toBe(36_000);
    expect(beforePx).toBeLessThanOrEqual(Math.max(0, scrolledPx));
    expect(beforePx + (end - first) * 36).toBeGreaterThanOrEqual(Math.min(36_000, scrolledPx + 900));
    expect(end - first).toBeLessThanOrEqual((900 + 2 * 360) / 36 + 2);
  });

  it('draws at least one row however far off it is', () => {
    const { first, end } = rowWindow({ ...base, scrolledPx: 90_000 });
    expect(end - first).toBeGreaterThan(0);
    expect(end).toBe(1_000);
  });

  it('follows rows of different height', () => {
    const heightOf = (index: number) => (index < 10 ? 100 : 50);
    const { first, beforePx } = rowWindow({ ...base, heightOf, scrolledPx: 1_500, overscanPx: 0 });
    expect({ first, beforePx }).toEqual({ first: 20, beforePx: 1_500 });
  });

  it('is empty for an empty list', () => {
    expect(rowWindow({ ...base, count: 0, scrolledPx: 0 })).toEqual({ first: 0, end: 0, beforePx: 0, afterPx: 0 });
  });
});
