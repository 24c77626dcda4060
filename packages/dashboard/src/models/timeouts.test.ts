import type { QueueTimeout } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { at } from '../../testing/queues.js';
import { readTimeout, shadowReport, shareOver, softMs, timeoutMode, timeoutTexts, timeoutWords } from './timeouts.js';

const timeout: QueueTimeout = {
  timeout: 30_000,
  adaptiveEnabled: false,
  softTimeoutPercentage: 80,
  enabled: true,
  shadow: false,
  floor: 1_000,
  ceiling: 60_000,
};
const adaptive = { ...timeout, adaptiveEnabled: true, effective: { small: 2_000, large: 12_000 } };

describe('the timeouts of a queue', () => {
  it('say what is in force', () => {
    expect(timeoutWords(timeout)).toBe('30 s');
    expect(timeoutWords(adaptive)).toBe('2 s to 12 s');
    expect(timeoutWords({ ...adaptive, effective: {} })).toBe('30 s');
    expect(timeoutWords({ ...timeout, enabled: false })).toBe('none');
    expect([timeoutMode({ ...timeout, shadow: true }), softMs(timeout)]).toEqual(['shadow', 24_000]);
  });

  it('report what they would have killed, job name by job name', () => {
    const counts = { soft: 3, wouldHaveTimedOut: 2, abandoned: 0 };
    const activity = { since: at(0), ...counts, byName: { large: counts } };
    expect(shadowReport({ ...adaptive, activity })).toEqual([
      { name: 'large', timeoutMs: 12_000, adaptive: true, ...counts },
      { name: 'small', timeoutMs: 2_000, adaptive: true, soft: 0, wouldHaveTimedOut: 0, abandoned: 0 },
    ]);
  });

  it('tell how many jobs a limit would have ended', () => {
    const histogram = [
      { fromMs: 0, toMs: 1_000, count: 90 },
      { fromMs: 1_000, toMs: 2_000, count: 10 },
    ];
    expect(shareOver(histogram, 1_500)).toBe('5 %');
    expect(shareOver(histogram, 2_000)).toBe('0 %');
    expect(shareOver([], 2_000)).toBeUndefined();
  });
});

describe('timeouts in a form', () => {
  const read = (changes: Record<string, string>) => readTimeout({ ...timeoutTexts(timeout), ...changes }, timeout);

  it('are typed in seconds, and only what differs is sent', () => {
    expect(read({})).toEqual({ fields: {}, update: {} });
    expect(read({ timeout: '45', ceiling: '' }).update).toEqual({ timeout: 45_000, ceiling: null, enabled: true });
  });

  it('are switched to shadow, off, and adaptive', () => {
    expect(read({ mode: 'shadow' }).update).toEqual({ enabled: true, shadow: true });
    // A changed timeout alone would switch them on again on the server.
    expect(
      readTimeout({ ...timeoutTexts({ ...timeout, enabled: false }), timeout: '5' }, { ...timeout, enabled: false })
        .update,
    ).toEqual({
      timeout: 5_000,
      enabled: false,
    });
    expect(read({ adaptiveEnabled: 'true' }).update).toEqual({ adaptiveEnabled: true });
  });

  it('refuse a timeout of nothing, and bounds in the wrong order', () => {
    expect(read({ timeout: '0' }).fields.timeout).toBe('Must be at least 0.001.');
    expect(read({ timeout: '' }).fields.timeout).toBe('Enter a number.');
    expect(read({ floor: '90' }).fields.floor).toBe('Must not be above the highest.');
  });
});
