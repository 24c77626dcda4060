import { describe, expect, it } from 'vitest';
import { decideScaling } from './decide-scaling.js';
import { ScalingMemory } from './scaling-memory.js';
import { decide, LOOK_MS, loadOf, NOON_MS, playFluid, policyOf, steadyMemory } from './testing/scaling-scenario.js';

describe('a decision', () => {
  it('adds workers before the objective is missed, and says why in figures', () => {
    const verdict = decide({ load: loadOf({ depth: 120, active: 4, oldestWaitMs: 14_000 }) });
    expect(verdict).toMatchObject({ action: 'scale_up', currentWorkers: 4 });
    expect(verdict.evidence.need).toBeGreaterThan(4);
    expect(verdict.reason).toBe(
      `Up from 4 to ${verdict.targetWorkers} workers: jobs would wait about 42 s of the 30 s allowed when a worker asked for now is ready; 120 jobs wait, the oldest for 14 s, and 0.8 jobs/s of 2 s keep 1.6 workers busy.`,
    );
  });

  it('leaves a fleet alone that keeps the objective', () => {
    expect(decide({ load: loadOf({ depth: 3, active: 2, currentWorkers: 3 }) })).toMatchObject({
      action: 'maintain',
      targetWorkers: 3,
    });
  });

  it('never asks for more workers than there are jobs', () => {
    const history = { samples: [], decisions: [] };
    const load = loadOf({ depth: 2, currentWorkers: 0, readyWorkers: 0 });
    const policy = policyOf({ minWorkers: 0, objective: { waitMs: 100 } });
    expect(decideScaling({ policy, load, history }).targetWorkers).toBe(2);
  });

  it.each([
    ['waits', { depth: 1 }],
    ['comes due soon', { dueSoon: 1 }],
  ])('brings the first worker when a job %s', (_, part) => {
    const load = loadOf({ ...part, currentWorkers: 0, readyWorkers: 0 });
    const verdict = decide({ policy: policyOf({ minWorkers: 0 }), load, history: new ScalingMemory().history });
    expect(verdict).toMatchObject({ action: 'scale_up', targetWorkers: 1 });
  });

  it('goes to zero when nothing came for a while, and not while a job runs', () => {
    const policy = policyOf({ minWorkers: 0 });
    const fleet = (active: number) =>
      playFluid(() => 0, { policy, minutes: 10, workers: 2, load: { active } }).at(-1)?.verdict;
    expect(fleet(0)?.targetWorkers).toBe(0);
    expect(fleet(1)?.targetWorkers).toBe(1);
  });

  it('meets a fivefold rate within a start-up and goes back afterwards', () => {
    const rate = (atMs: number) => (atMs > 600_000 && atMs <= 1_200_000 ? 5 : 1);
    const looks = playFluid(rate, { minutes: 40, workers: 3 });
    const at = (minute: number) => looks[(minute * 60_000) / LOOK_MS - 1];
    expect(at(9)?.verdict.targetWorkers).toBeLessThanOrEqual(3);
    expect(at(12)?.load.readyWorkers).toBeGreaterThanOrEqual(10);
    expect(at(40)?.verdict.targetWorkers).toBeLessThanOrEqual(3);
    // At the new rate these are the jobs of 35 s: a start-up and a look.
    expect(Math.max(...looks.map(({ load }) => load.depth))).toBeLessThan(35 * 5);
  });

  it('needs nothing, without a minus sign, when there is nothing to do', () => {
    const history = steadyMemory(0).history;
    const { evidence, targetWorkers } = decide({ policy: policyOf({ minWorkers: 0 }), load: loadOf(), history });
    expect([evidence.need, evidence.enough]).toEqual([0, 0]);
    expect(Object.is(evidence.need, 0)).toBe(true);
    expect(Object.is(targetWorkers, -0)).toBe(false);
  });

  it.each([
    ['nothing is known of its traffic yet', {}],
    ['how much arrives shows with the second look at it', { active: 2 }],
    ['the engine is in trouble: it does not answer', { active: 2, engineTrouble: 'it does not answer' }],
  ])('keeps a fleet of which it was told little, and says what is missing: %s', (why, part) => {
    const verdict = decide({ load: loadOf(part), history: new ScalingMemory().history });
    expect(verdict).toMatchObject({ action: 'maintain', targetWorkers: 4 });
    expect(verdict.reason).toContain(why);
  });

  it('raises a fleet below its minimum for that reason, whatever is known of its traffic', () => {
    const load = loadOf({ currentWorkers: 0, readyWorkers: 0 });
    const verdict = decide({ policy: policyOf({ minWorkers: 2 }), load, history: new ScalingMemory().history });
    expect(verdict.targetWorkers).toBe(2);
    expect(verdict.evidence.clampedBy.map(({ by }) => by)).toEqual(['min_workers']);
    expect(verdict.reason).toContain('minWorkers is 2');
    expect(verdict.reason).not.toContain('nothing is known');
  });

  it('does not claim that no job ever finished when none did in the time that it remembers', () => {
    const verdict = decide({ load: loadOf({ depth: 40, oldestWaitMs: 9_000 }), history: new ScalingMemory().history });
    expect(verdict.reason).toContain('no job has finished lately');
  });
});

describe('a sale of ten times the orders that makes every job slower', () => {
  const SALE_MS = 1_200_000;
  const inSale = (atMs: number) => atMs > SALE_MS && atMs <= SALE_MS + 120_000;
  /** Half an hour, with two minutes of sale; jobs take `slower` times the run that workers tell. */
  const sale = (rate: number, workers: number, serviceMs: number, slower: number) =>
    playFluid((atMs) => (inSale(atMs) ? 10 * rate : rate), {
      policy: policyOf({ minWorkers: workers, maxWorkers: workers + 3 }),
      workers,
      slots: 3,
      serviceMs,
      takenMs: (atMs) => (inSale(atMs) ? slower * serviceMs : serviceMs),
      startUpMs: 2_000,
    });
  const firstUp = (looks: ReturnType<typeof sale>) => looks.find(({ verdict }) => verdict.action === 'scale_up');
  const secondsIn = (nowMs: number) => (nowMs - NOON_MS - SALE_MS) / 1_000;

  it('adds to two workers within half a minute, where the run times told would have it wait for 50 s', () => {
    const looks = sale(1.2, 2, 500, 2);
    const up = firstUp(looks);
    expect(secondsIn(up?.load.nowMs ?? 0)).toBeGreaterThan(0);
    expect(secondsIn(up?.load.nowMs ?? 0)).toBeLessThanOrEqual(30);
    expect(up?.verdict.evidence.serviceMs).toBeCloseTo(1_000, -2);
    expect(Math.max(...looks.map(({ load }) => load.oldestWaitMs))).toBeLessThan(30_000);
    expect(looks.at(-1)?.verdict.targetWorkers).toBe(2);
  });

  it('does not leave one worker alone with three hundred jobs', () => {
    const looks = sale(1.5, 1, 100, 4);
    expect(firstUp(looks)?.load.depth).toBeLessThan(200);
    expect(Math.max(...looks.map(({ load }) => load.depth))).toBeLessThan(303);
    expect(looks.at(-1)?.verdict.targetWorkers).toBe(1);
  });

  it('goes by the run times where jobs take no longer than they run', () => {
    for (const { verdict } of sale(1.2, 2, 500, 1)) {
      expect(verdict.evidence.serviceMs ?? 500).toBeCloseTo(500, 5);
    }
  });
});

describe('a burst that comes every hour', () => {
  const hourly = (atMs: number) => (atMs % 3_600_000 < 30_000 && atMs > 60_000 ? 30 : 0.5);

  it('finds its workers ready from the second time on', () => {
    const looks = playFluid(hourly, { minutes: 185, policy: policyOf({ maxWorkers: 60 }) });
    const readyAt = (atMs: number) => looks[atMs / LOOK_MS - 1]?.load.readyWorkers ?? 0;
    expect(readyAt(3_600_000)).toBeLessThan(4);
    expect(readyAt(2 * 3_600_000)).toBeGreaterThan(15);
    expect(readyAt(3 * 3_600_000)).toBeGreaterThan(15);
    const before = looks[(2 * 3_600_000 - 40_000) / LOOK_MS - 1]?.verdict;
    expect(before?.evidence.votes.find(({ rule }) => rule === 'recurrence')?.why).toMatch(/^a burst of \d+ jobs/);
  });
});
