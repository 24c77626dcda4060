import { describe, expect, it } from 'vitest';
import { paceOf } from './use-pace.js';

describe('the pace of a query', () => {
  it("is the guide's where no provider watches the page", () => expect(paceOf(undefined, true)).toEqual({}));

  it("is none for what the stream brings, and the guide's for the rest", () => {
    expect(paceOf('live', true)).toMatchObject({ refetchInterval: false, staleTime: Number.POSITIVE_INFINITY });
    expect(paceOf('live', false)).not.toHaveProperty('refetchInterval');
    expect(paceOf('connecting', true)).toMatchObject({ refetchInterval: false });
  });

  it.each([true, false])('rests while the page is paused or the server away, covered or not: %s', (covered) => {
    expect(paceOf('paused', covered)).toMatchObject({ refetchInterval: false, refetchOnReconnect: false });
    expect(paceOf('offline', covered)).toMatchObject({ refetchInterval: false, refetchOnReconnect: false });
    // What is shown offline may be asked for again as soon as the server is back; what is paused stays as it is.
    expect(paceOf('offline', covered)).not.toHaveProperty('staleTime');
    expect(paceOf('paused', covered)).toHaveProperty('staleTime', Number.POSITIVE_INFINITY);
  });

  it('leaves coming back to the page to the provider, which refreshes once', () => {
    for (const phase of ['live', 'polling', 'offline', 'paused', 'connecting'] as const) {
      expect(paceOf(phase, true)).toHaveProperty('refetchOnWindowFocus', false);
    }
  });
});
