import { basePolicy, decideScaling, ScalingMemory, simulatePolicy } from '@drover/core';

export interface Speed {
  /** Of one decision with a full memory. */
  readonly decisionMicroseconds: number;
  /** Of a day of a quarter of a million jobs, looked at every five seconds. */
  readonly simulatedDaySeconds: number;
}

const LOOK_MS = 5_000;
const NOON_MS = 1_700_049_600_000;
const HOURS = 3;
const ROUNDS = 20;
const DECISIONS = 200;

/** The fastest of several rounds is the code's own time: the others say how busy the machine is. */
export function measureSpeed(): Speed {
  return { decisionMicroseconds: timeDecision(), simulatedDaySeconds: timeDay() };
}

function timeDecision(): number {
  const memory = new ScalingMemory();
  for (let look = (HOURS * 3_600_000) / LOOK_MS; look >= 0; look--) {
    const atMs = NOON_MS - look * LOOK_MS;
    const sums = { serviceMs: 80_000, serviceMsSquared: 2 * 40 * 2_000 ** 2 };
    memory.pushSample({ atMs, spanMs: LOOK_MS, arrivals: 40, completions: 40, ...sums });
    if (look > 0) memory.pushDecision({ atMs, action: 'maintain', targetWorkers: 20, currentWorkers: 20, enough: 18 });
  }
  const question = {
    policy: basePolicy({ minWorkers: 1, maxWorkers: 40 }),
    load: {
      nowMs: NOON_MS,
      depth: 5,
      dueSoon: 0,
      active: 16,
      oldestWaitMs: 400,
      currentWorkers: 20,
      readyWorkers: 20,
      startingWorkers: 0,
      slotsPerWorker: 1,
      startUpMs: 30_000,
      paused: false,
      sampleGapMs: 0,
    },
    history: memory.history,
  };
  for (let round = 0; round < ROUNDS * DECISIONS; round++) decideScaling(question);
  return (
    fastest(ROUNDS, () => {
      for (let round = 0; round < DECISIONS; round++) decideScaling(question);
    }) *
    (1_000 / DECISIONS)
  );
}

function timeDay(): number {
  const minutes = 1_440;
  const arrivals = Array.from(
    { length: minutes },
    (_, minute) => 174 * (1 - 0.8 * Math.cos((2 * Math.PI * minute) / minutes)),
  );
  const policy = basePolicy({ minWorkers: 1, maxWorkers: 40 });
  const request = { trace: { spanMs: 60_000, arrivals }, service: { meanMs: 2_000, cv: 1 }, policy, startUpMs: 30_000 };
  return fastest(3, () => simulatePolicy(request)) / 1_000;
}

function fastest(rounds: number, work: () => unknown): number {
  const tookMs = Array.from({ length: rounds }, () => {
    const beganMs = performance.now();
    work();
    return performance.now() - beganMs;
  });
  return Math.min(...tookMs);
}
