import { describe, expect, it } from 'vitest';
import { liveIndicator } from './live-indicator.js';

const now = 1_000_000;

describe('the live indicator', () => {
  it.each([
    ['live', 11_000, 'Live', 'live'],
    ['live', 11_001, 'Stale', 'stale'],
    ['polling', 21_000, 'Polling', 'live'],
    ['polling', 21_001, 'Stale', 'stale'],
    ['paused', 900_000, 'Paused', 'neutral'],
    ['connecting', 900_000, 'Connecting', 'neutral'],
  ] as const)('%s with data %d ms old says %s', (phase, ageMs, word, tone) => {
    expect(liveIndicator({ phase, updatedAt: now - ageMs }, now, 5_000)).toMatchObject({ word, tone });
  });

  it('counts down to the next attempt while offline', () => {
    const offline = { phase: 'offline', retryAt: now + 7_200 } as const;
    expect(liveIndicator(offline, now, 5_000)).toEqual({ tone: 'offline', word: 'Offline', detail: 'retry in 8 s' });
    expect(liveIndicator(offline, now + 8_000, 5_000).detail).toBe('retrying');
  });

  it('does not call it stale before there was any data', () => {
    expect(liveIndicator({ phase: 'polling' }, now, 5_000)).toMatchObject({ word: 'Polling', detail: 'no data yet' });
  });
});
