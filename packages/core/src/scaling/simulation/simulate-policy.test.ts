import { describe, expect, it } from 'vitest';
import { policyOf } from '../testing/scaling-scenario.js';
import { workersForTail } from '../wait-formula.js';
import { drawJobs } from './draw-jobs.js';
import { runFleet } from './run-fleet.js';
import { simulatePolicy, waitFigures } from './simulate-policy.js';
import type { SimulationRequest } from './simulation.js';

const STEP_MS = 10_000;
const steady = (jobsPerStep: number, hours: number) => ({
  spanMs: STEP_MS,
  arrivals: Array.from({ length: (hours * 3_600_000) / STEP_MS }, () => jobsPerStep),
});
const request = (part: Partial<SimulationRequest> = {}): SimulationRequest => ({
  trace: steady(25.001, 2),
  service: { meanMs: 4_000 },
  policy: policyOf({ maxWorkers: 60 }),
  startUpMs: 30_000,
  ...part,
});

describe('a simulated fleet', () => {
  it('waits as the theory of queues says', () => {
    const jobs = drawJobs(steady(25.001, 100), { meanMs: 4_000, cv: 1 }, 3);
    const fixed = (workers: number) =>
      runFleet({
        jobs,
        startUpMs: 0,
        slotsPerWorker: 1,
        lookMs: 600_000,
        initialWorkers: workers,
        seed: 1,
        scale: () => workers,
      });
    const overPercent = (workers: number) => waitFigures(fixed(workers).waitMs, 4_000).overObjectivePercent;
    // The least fleet that keeps 5 % over 4 s by the formula keeps it here, and one less does not.
    const least = workersForTail(10, 1, 4_000, 4_000, 1, 0.05);
    expect(overPercent(least)).toBeLessThan(5.5);
    expect(overPercent(least - 1)).toBeGreaterThan(5);
  });

  it('runs every job once, and costs at least their work', () => {
    const result = simulatePolicy(request());
    expect(result.jobs).toBeGreaterThan(17_000);
    expect(result.busyHours).toBeCloseTo((result.jobs * 4) / 3_600, 0);
    expect(result.workerHours).toBeGreaterThan(result.busyHours);
    expect(result.workerHours).toBeLessThan(1.25 * result.busyHours);
    expect(result.overObjectivePercent).toBeLessThan(1);
  });

  it('is the same for the same seed, and another for another', () => {
    expect(simulatePolicy(request())).toEqual(simulatePolicy(request()));
    expect(simulatePolicy(request({ seed: 2 })).workerHours).not.toBe(simulatePolicy(request()).workerHours);
  });

  it('uses every slot of its workers, and observed run times as they are', () => {
    const histogram = [
      { ms: 1_000, count: 3 },
      { ms: 13_000, count: 1 },
    ];
    const one = simulatePolicy(request({ service: { histogram } }));
    const five = simulatePolicy(request({ service: { histogram }, slotsPerWorker: 5 }));
    expect((one.busyHours * 3_600) / one.jobs).toBeCloseTo(4, 0);
    expect(five.workerHours).toBeLessThan(one.workerHours / 3);
  });

  it('takes bounds and cooldowns of the draft, and a longer objective saves workers', () => {
    const { series } = simulatePolicy(request({ policy: policyOf({ minWorkers: 7, maxWorkers: 9 }) }));
    expect(Math.min(...series.wantedWorkers)).toBeGreaterThanOrEqual(7);
    expect(Math.max(...series.wantedWorkers)).toBeLessThanOrEqual(9);
    const slow = policyOf({ maxWorkers: 60, objective: { waitMs: 300_000 } });
    const quick = policyOf({ maxWorkers: 60, objective: { waitMs: 2_000 } });
    expect(simulatePolicy(request({ policy: slow })).workerHours).toBeLessThan(
      simulatePolicy(request({ policy: quick })).workerHours,
    );
  });

  it('ends for a fleet that can never keep up, and counts what still waits', () => {
    const result = simulatePolicy(
      request({ trace: steady(25, 0.2), policy: policyOf({ maxWorkers: 0, minWorkers: 0 }) }),
    );
    expect(result.overObjectivePercent).toBe(100);
    expect(result.waitMs.max).toBeGreaterThan(6 * 3_600_000);
  });
});
