import { basePolicy, type SimulationRequest, simulatePolicy } from '@drover/core';
import { describe, expect, it, vi } from 'vitest';
import { createSimulationTurns } from './simulation-turns.js';

const request: SimulationRequest = {
  trace: { spanMs: 60_000, arrivals: Array.from({ length: 120 }, () => 30) },
  service: { meanMs: 1_000 },
  policy: basePolicy({ minWorkers: 1, maxWorkers: 5 }),
  startUpMs: 2_000,
};
const wanted = new AbortController().signal;

/** A clock of which every look costs a slice. */
function slowClock() {
  let nowMs = 0;
  return () => (nowMs += 20);
}

describe('turns of simulations', () => {
  it('give the same result in slices as in one piece', async () => {
    const turns = createSimulationTurns({ nowMs: slowClock() });
    expect(await turns.play(request, wanted)).toEqual(simulatePolicy(request));
  });

  it('let the process do other things between slices', async () => {
    const turns = createSimulationTurns({ nowMs: slowClock() });
    const other = vi.fn();
    const ticking = setInterval(other, 0);
    await turns.play(request, wanted);
    clearInterval(ticking);
    expect(other.mock.calls.length).toBeGreaterThan(3);
  });

  it('end what nobody waits for any more, and go on with the next', async () => {
    const turns = createSimulationTurns({ nowMs: slowClock() });
    const caller = new AbortController();
    const first = turns.play(request, caller.signal);
    const second = turns.play(request, wanted);
    setImmediate(() => caller.abort(new Error('gone')));
    await expect(first).rejects.toThrow('gone');
    expect((await second).jobs).toBe(3_600);
  });

  it('refuse more than may wait, until one is done', async () => {
    const turns = createSimulationTurns();
    const playing = Array.from({ length: 8 }, () => turns.play(request, wanted));
    await expect(turns.play(request, wanted)).rejects.toMatchObject({ code: 'rate_limited', retryAfterMs: 5_000 });
    await Promise.all(playing);
    expect((await turns.play(request, wanted)).jobs).toBe(3_600);
  });
});
