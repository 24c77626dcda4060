import type { SimulatedJobs } from './draw-jobs.js';
import { EventHeap } from './event-heap.js';
import { type Random, seededRandom } from './random.js';
import { SimulatedFleet } from './simulated-fleet.js';
import type { SimulationSeries } from './simulation.js';

/** What a scaler sees at each look. */
export interface SimulatedLook {
  readonly nowMs: number;
  readonly spanMs: number;
  readonly arrivals: number;
  readonly completions: number;
  readonly serviceMs: number;
  readonly serviceMsSquared: number;
  readonly depth: number;
  readonly active: number;
  readonly oldestWaitMs: number;
  readonly wantedWorkers: number;
  readonly readyWorkers: number;
  readonly startingWorkers: number;
  /** Busy share of the ready workers' slots since the last look: CPU, for jobs that compute. */
  readonly busyPercent: number;
}

export interface FleetRun {
  readonly jobs: SimulatedJobs;
  readonly startUpMs: number;
  readonly slotsPerWorker: number;
  readonly lookMs: number;
  readonly initialWorkers: number;
  readonly seed: number;
  /** How many workers there shall be from now on. */
  readonly scale: (look: SimulatedLook) => number;
}

export interface FleetOutcome {
  /** Of each job, in the order of arrival. */
  readonly waitMs: Float64Array;
  readonly workerMs: number;
  readonly busyMs: number;
  readonly actions: number;
  readonly flips: number;
  readonly series: SimulationSeries;
}

/** A run in steps of one look each, so that a process can serve others meanwhile. */
export interface RunningFleet {
  /** Plays on until after the next look; false when there is none. */
  step(): boolean;
  /** Once there is no further step. */
  outcome(): FleetOutcome;
}

/** Plays jobs against a fleet to the end. */
export function runFleet(run: FleetRun): FleetOutcome {
  const fleet = startFleet(run);
  while (fleet.step());
  return fleet.outcome();
}

/** Start-ups differ from each other by up to this share of their length, either way. */
const START_UP_SPREAD = 0.15;
/** A trace whose jobs are not done by then is given up: its fleet does not keep up at all. */
const MOST_OVERTIME_MS = 6 * 3_600_000;

/**
 * Plays jobs against a fleet, first come, first served, event by event. A worker costs from the
 * moment it is asked for until it has left. Jobs of a run that was given up count as waiting to the end.
 */
export function startFleet({
  jobs,
  startUpMs,
  slotsPerWorker,
  lookMs,
  initialWorkers,
  seed,
  scale,
}: FleetRun): RunningFleet {
  const { arrivalMs, serviceMs, durationMs } = jobs;
  const random = seededRandom(seed + 2);
  const fleet = new SimulatedFleet(slotsPerWorker);
  const heap = new EventHeap();
  const waitMs = new Float64Array(arrivalMs.length).fill(-1);
  const runnerOf = new Int32Array(arrivalMs.length);
  const series = { stepMs: lookMs, wantedWorkers: [], readyWorkers: [], depth: [], waitMs: [] } as Writable;
  let [clockMs, workerMs, busyMs, freeSlotMs] = [0, 0, 0, 0];
  let [arrived, begun, finished] = [0, 0, 0];
  let [actions, flips, direction] = [0, 0, 0];
  let tally = emptyTally();

  const advance = (toMs: number): void => {
    const passedMs = toMs - clockMs;
    workerMs += passedMs * (fleet.starting + fleet.ready + fleet.draining);
    busyMs += passedMs * fleet.busySlots;
    freeSlotMs += passedMs * fleet.ready * slotsPerWorker;
    clockMs = toMs;
  };
  const dispatch = (): void => {
    while (begun < arrived) {
      const worker = fleet.takeSlot();
      if (worker < 0) return;
      const job = begun++;
      const waited = clockMs - (arrivalMs[job] ?? 0);
      waitMs[job] = waited;
      tally.longestWaitMs = Math.max(tally.longestWaitMs, waited);
      runnerOf[job] = worker;
      heap.push(clockMs + (serviceMs[job] ?? 0), job);
    }
  };
  const change = (target: number): void => {
    const by = target - fleet.wanted;
    if (by === 0) return;
    actions += 1;
    if (direction !== 0 && Math.sign(by) !== direction) flips += 1;
    direction = Math.sign(by);
    // Workers are told from jobs by their sign.
    for (let index = 0; index < by; index++) heap.push(clockMs + started(startUpMs, random), -1 - fleet.launch());
    if (by < 0) fleet.takeAway(-by);
    fleet.wanted = target;
  };

  for (; fleet.wanted < initialWorkers; fleet.wanted++) fleet.becomeReady(fleet.launch());
  let lookAtMs = lookMs;
  let busyBeforeMs = 0;
  const step = (): boolean => {
    for (;;) {
      const arrivesMs = arrivalMs[arrived] ?? Number.POSITIVE_INFINITY;
      const isDone = finished === arrivalMs.length;
      if ((isDone && lookAtMs > durationMs) || lookAtMs > durationMs + MOST_OVERTIME_MS) return false;
      if (arrivesMs <= heap.nextMs && arrivesMs <= lookAtMs) {
        advance(arrivesMs);
        arrived += 1;
        tally.arrivals += 1;
        dispatch();
        continue;
      }
      if (heap.nextMs <= lookAtMs) {
        advance(heap.nextMs);
        const payload = heap.pop();
        if (payload < 0) fleet.becomeReady(-1 - payload);
        else {
          const ranMs = serviceMs[payload] ?? 0;
          finished += 1;
          tally.completions += 1;
          tally.serviceMs += ranMs;
          tally.serviceMsSquared += ranMs * ranMs;
          fleet.finishJob(runnerOf[payload] ?? 0);
        }
        dispatch();
        continue;
      }
      advance(lookAtMs);
      const depth = arrived - begun;
      const { longestWaitMs, ...counted } = tally;
      const target = scale({
        ...counted,
        nowMs: clockMs,
        spanMs: lookMs,
        depth,
        active: fleet.busySlots,
        oldestWaitMs: depth > 0 ? clockMs - (arrivalMs[begun] ?? clockMs) : 0,
        wantedWorkers: fleet.wanted,
        readyWorkers: fleet.ready,
        startingWorkers: fleet.starting,
        busyPercent: freeSlotMs > 0 ? Math.min(100, (100 * (busyMs - busyBeforeMs)) / freeSlotMs) : 0,
      });
      series.wantedWorkers.push(target);
      series.readyWorkers.push(fleet.ready);
      series.depth.push(depth);
      series.waitMs.push(longestWaitMs);
      [busyBeforeMs, freeSlotMs, tally] = [busyMs, 0, emptyTally()];
      change(target);
      lookAtMs += lookMs;
      return true;
    }
  };

  return {
    step,
    outcome() {
      for (const [job, waited] of waitMs.entries()) if (waited < 0) waitMs[job] = lookAtMs - (arrivalMs[job] ?? 0);
      return { waitMs, workerMs, busyMs: busyMs / slotsPerWorker, actions, flips, series };
    },
  };
}

interface Writable {
  stepMs: number;
  wantedWorkers: number[];
  readyWorkers: number[];
  depth: number[];
  waitMs: number[];
}

const emptyTally = () => ({ arrivals: 0, completions: 0, serviceMs: 0, serviceMsSquared: 0, longestWaitMs: 0 });

const started = (startUpMs: number, random: Random): number => startUpMs * (1 + START_UP_SPREAD * (2 * random() - 1));
