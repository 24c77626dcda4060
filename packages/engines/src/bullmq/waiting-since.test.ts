import { describe, expect, it } from 'vitest';
import { ownDelayMs, waitingSinceMs } from './waiting-since.js';

const job = { timestampMs: 1000, optsJson: null, lastStartMs: null, attemptsStarted: 0 };

describe('a job waits since', () => {
  it('it was added, or since its own delay was over', () => {
    expect(waitingSinceMs(job)).toBe(1000);
    expect(waitingSinceMs({ ...job, optsJson: '{"attempts":3,"delay":500}' })).toBe(1500);
  });

  it('its last start at the earliest, when it ran before', () => {
    expect(waitingSinceMs({ ...job, lastStartMs: 9000, attemptsStarted: 1 })).toBe(9000);
  });

  it('nobody knows when, if its start or its timestamp is lost', () => {
    expect(waitingSinceMs({ ...job, attemptsStarted: 2 })).toBeNull();
    expect(waitingSinceMs({ ...job, timestampMs: null })).toBeNull();
  });
});

describe('its own delay', () => {
  it.each([
    [null, 0],
    ['{}', 0],
    ['{"backoff":{"type":"fixed","delay":7000}}', 0],
    ['{"delay":"soon"}', 0],
    ['{"delay":-5}', 0],
    ['{"delay":', 0],
    ['{"delay":250}', 250],
  ])('of options %s is %d ms', (optsJson, delayMs) => {
    expect(ownDelayMs(optsJson)).toBe(delayMs);
  });
});
