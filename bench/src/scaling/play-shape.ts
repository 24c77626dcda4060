import {
  basePolicy,
  drawJobs,
  firstWorkers,
  runFleet,
  type SimulatedJobs,
  simulatePolicy,
  waitFigures,
} from '@drover/core';
import { type MakeScaler, published } from './published.js';
import { type Shape, traceOf } from './shapes.js';

export interface Place {
  readonly name: string;
  readonly startUpMs: number;
  readonly objectiveMs: number;
  readonly slotsPerWorker: number;
  /** Of a shape's load: workers of several slots carry a shape with fewer of them. */
  readonly share: number;
}

export const places: readonly Place[] = [
  { name: 'pod', startUpMs: 30_000, objectiveMs: 30_000, slotsPerWorker: 1, share: 1 },
  { name: 'process', startUpMs: 2_000, objectiveMs: 10_000, slotsPerWorker: 1, share: 1 },
  { name: 'slow pod', startUpMs: 60_000, objectiveMs: 60_000, slotsPerWorker: 5, share: 0.5 },
];

export interface Score {
  readonly algorithm: string;
  readonly place: string;
  readonly shape: string;
  /** Worker-time by the time that the jobs themselves take, spread on full workers: no fleet is below 1. */
  readonly cost: number;
  readonly missPercent: number;
  readonly flipsPerHour: number;
}

const SEED = 5;

/** One shape in one place: our decision, the best fixed fleet in hindsight, and the published algorithms. */
export function playShape(shape: Shape, place: Place, algorithms: readonly string[] = Object.keys(published)): Score[] {
  const { startUpMs, objectiveMs, slotsPerWorker } = place;
  const trace = traceOf(shape, slotsPerWorker, place.share);
  const jobs = drawJobs(trace, shape.service, SEED);
  const fixed = bestFixed(jobs, place);
  const minWorkers = shape.name === 'nights-off' ? 0 : 1;
  const maxWorkers = Math.max(4, Math.ceil(1.5 * fixed.workers));
  const score = (
    algorithm: string,
    run: { workerMs: number; busyMs: number; missPercent: number; flips: number },
  ): Score => ({
    algorithm,
    place: place.name,
    shape: shape.name,
    cost: run.workerMs / run.busyMs,
    missPercent: run.missPercent,
    flipsPerHour: run.flips / shape.hours,
  });

  const policy = { ...basePolicy({ minWorkers, maxWorkers }), objective: { waitMs: objectiveMs } };
  const ours = simulatePolicy({ trace, service: shape.service, policy, startUpMs, slotsPerWorker, seed: SEED });
  const scores = [
    score('drover', {
      workerMs: ours.workerHours * 3_600_000,
      busyMs: ours.busyHours * 3_600_000,
      missPercent: ours.overObjectivePercent,
      flips: ours.flips,
    }),
    score('best fixed', { ...fixed, flips: 0 }),
  ];
  const setting = { minWorkers, maxWorkers, objectiveMs, slotsPerWorker, meanMs: shape.meanMs };
  for (const algorithm of algorithms) {
    const make: MakeScaler | undefined = published[algorithm];
    if (!make) throw new Error(`There is no algorithm "${algorithm}".`);
    const outcome = runFleet({
      jobs,
      startUpMs,
      slotsPerWorker,
      initialWorkers: Math.max(minWorkers, Math.min(maxWorkers, firstWorkers(jobs, slotsPerWorker))),
      seed: SEED,
      ...make(setting),
    });
    scores.push(
      score(algorithm, { ...outcome, missPercent: waitFigures(outcome.waitMs, objectiveMs).overObjectivePercent }),
    );
  }
  return scores;
}

/** The least constant fleet with at most 1 % of the jobs over the objective: known only afterwards. */
function bestFixed(jobs: SimulatedJobs, { objectiveMs, slotsPerWorker }: Place) {
  const run = (workers: number) => {
    const outcome = runFleet({
      jobs,
      startUpMs: 0,
      slotsPerWorker,
      lookMs: 600_000,
      initialWorkers: workers,
      seed: SEED,
      scale: () => workers,
    });
    const { overObjectivePercent } = waitFigures(outcome.waitMs, objectiveMs);
    return { workers, workerMs: outcome.workerMs, busyMs: outcome.busyMs, missPercent: overObjectivePercent };
  };
  let [low, best] = [0, run(1)];
  while (best.missPercent > 1) [low, best] = [best.workers, run(best.workers * 2)];
  while (best.workers - low > 1) {
    const middle = run(Math.floor((best.workers + low) / 2));
    if (middle.missPercent > 1) low = middle.workers;
    else best = middle;
  }
  return best;
}
