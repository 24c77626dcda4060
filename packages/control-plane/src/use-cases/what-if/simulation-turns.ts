import { setImmediate as breathe } from 'node:timers/promises';
import { Fault, type SimulationRequest, type SimulationResult, startSimulation } from '@drover/core';

export interface SimulationTurns {
  /**
   * Plays a simulation to its end, one at a time in this process. Faults: `rate_limited` while
   * too many wait. Rejects with the signal's reason when nobody waits for the result any more.
   */
  play(request: SimulationRequest, signal: AbortSignal): Promise<SimulationResult>;
}

/** How long the process may be held up at a time: requests and heartbeats go on meanwhile. */
const SLICE_MS = 10;
const MOST_WAITING = 8;

export interface SimulationTurnsOptions {
  /** Of a clock that only grows. */
  readonly nowMs?: () => number;
}

/** Computing for whole seconds would hold up the monitor and everybody's requests: it is done in slices. */
export function createSimulationTurns({
  nowMs = () => performance.now(),
}: SimulationTurnsOptions = {}): SimulationTurns {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  const run = async (request: SimulationRequest, signal: AbortSignal): Promise<SimulationResult> => {
    signal.throwIfAborted();
    const simulation = startSimulation(request);
    for (let untilMs = nowMs() + SLICE_MS; simulation.step(); ) {
      if (nowMs() < untilMs) continue;
      await breathe();
      signal.throwIfAborted();
      untilMs = nowMs() + SLICE_MS;
    }
    return simulation.result();
  };

  return {
    async play(request, signal) {
      if (waiting >= MOST_WAITING) {
        throw new Fault('rate_limited', 'Other simulations are waiting for their turn: try again in a moment.', {
          retryAfterMs: 5_000,
        });
      }
      waiting += 1;
      const turn = last.then(() => run(request, signal));
      last = turn.catch(() => undefined);
      try {
        return await turn;
      } finally {
        waiting -= 1;
      }
    },
  };
}
