import { decideScaling, type ScalingQuestion } from '../decide-scaling.js';
import { basePolicy, type ScalingPolicy } from '../policy.js';
import type { QueueLoad } from '../queue-load.js';
import { ScalingMemory } from '../scaling-memory.js';
import type { ScalingVerdict } from '../scaling-verdict.js';

/** Noon of some day. */
export const NOON_MS = 1_700_049_600_000;
export const LOOK_MS = 5_000;

export const policyOf = (part: Partial<ScalingPolicy> = {}): ScalingPolicy => ({
  ...basePolicy({ minWorkers: 1, maxWorkers: 20 }),
  ...part,
});

export const loadOf = (part: Partial<QueueLoad> = {}): QueueLoad => ({
  nowMs: NOON_MS,
  depth: 0,
  dueSoon: 0,
  active: 0,
  oldestWaitMs: 0,
  currentWorkers: 4,
  readyWorkers: part.currentWorkers ?? 4,
  startingWorkers: 0,
  slotsPerWorker: 1,
  startUpMs: 30_000,
  paused: false,
  sampleGapMs: 0,
  ...part,
});

/** A memory of steady traffic: so many jobs a look, each of `serviceMs`. */
export function steadyMemory(perLook: number, serviceMs = 2_000, looks = 60): ScalingMemory {
  const memory = new ScalingMemory();
  for (let look = looks - 1; look >= 0; look--) {
    memory.pushSample({
      atMs: NOON_MS - look * LOOK_MS,
      spanMs: LOOK_MS,
      arrivals: perLook,
      completions: perLook,
      serviceMs: perLook * serviceMs,
      serviceMsSquared: 2 * perLook * serviceMs ** 2,
    });
  }
  return memory;
}

export const decide = (part: Partial<ScalingQuestion> = {}): ScalingVerdict =>
  decideScaling({ policy: policyOf(), load: loadOf(), history: steadyMemory(4).history, ...part });

export interface FluidLook {
  readonly verdict: ScalingVerdict;
  readonly load: QueueLoad;
}

/**
 * Plays a rate against the decisions, without chance: work flows, and workers are ready after
 * their start-up. `takenMs` is what a job takes of a slot, where that is more than the run that is told.
 */
export function playFluid(
  jobsPerSecond: (atMs: number) => number,
  {
    policy = policyOf(),
    minutes = 30,
    serviceMs = 2_000,
    takenMs = (_atMs: number): number => serviceMs,
    startUpMs = 30_000,
    workers = 1,
    slots = 1,
    load = {} as Partial<QueueLoad>,
  },
): FluidLook[] {
  const memory = new ScalingMemory();
  const looks: FluidLook[] = [];
  const readyAtMs: number[] = Array.from({ length: workers }, () => 0);
  const waitingSinceMs: number[] = [];
  let carried = 0;
  let capacityMs = 0;
  for (let atMs = LOOK_MS; atMs <= minutes * 60_000; atMs += LOOK_MS) {
    carried += jobsPerSecond(atMs) * (LOOK_MS / 1_000);
    const arrivals = Math.floor(carried);
    carried -= arrivals;
    for (let job = 0; job < arrivals; job++) waitingSinceMs.push(atMs - LOOK_MS * (1 - job / arrivals));
    const ready = readyAtMs.filter((at) => at <= atMs).length;
    // What a worker has done of a job counts on; what it might have done while idle does not.
    capacityMs = Math.min(capacityMs, ready * slots * takenMs(atMs)) + ready * slots * LOOK_MS;
    const done = Math.min(waitingSinceMs.length, Math.floor(capacityMs / takenMs(atMs)));
    capacityMs -= done * takenMs(atMs);
    waitingSinceMs.splice(0, done);
    const depth = waitingSinceMs.length;
    const nowMs = NOON_MS + atMs;
    memory.pushSample({
      atMs: nowMs,
      spanMs: LOOK_MS,
      arrivals,
      completions: done,
      serviceMs: done * serviceMs,
      serviceMsSquared: done * serviceMs ** 2,
    });
    const now = loadOf({
      nowMs,
      depth,
      active: Math.min(ready * slots, depth + done),
      oldestWaitMs: atMs - (waitingSinceMs[0] ?? atMs),
      currentWorkers: readyAtMs.length,
      readyWorkers: ready,
      startingWorkers: readyAtMs.length - ready,
      slotsPerWorker: slots,
      startUpMs,
      ...load,
    });
    const verdict = decideScaling({ policy, load: now, history: memory.history });
    memory.pushDecision({ ...verdict, atMs: nowMs, enough: verdict.evidence.enough });
    while (readyAtMs.length > verdict.targetWorkers) readyAtMs.pop();
    while (readyAtMs.length < verdict.targetWorkers) readyAtMs.push(atMs + startUpMs);
    looks.push({ verdict, load: now });
  }
  return looks;
}
