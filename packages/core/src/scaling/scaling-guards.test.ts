import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideScaling, type ScalingQuestion } from './decide-scaling.js';
import type { QueueLoad } from './queue-load.js';
import { crossedThresholds } from './read-thresholds.js';
import { ScalingMemory } from './scaling-memory.js';
import { replayScaling, storeScalingQuestion } from './scaling-record.js';
import { decide, LOOK_MS, loadOf, NOON_MS, playFluid, policyOf, steadyMemory } from './testing/scaling-scenario.js';

const threshold = fc.record(
  {
    queueDepth: fc.nat(200),
    queueLatencyMs: fc.nat(90_000),
    cpuPercent: fc.integer({ min: 1, max: 100 }),
    memoryPercent: fc.nat(100),
  },
  { requiredKeys: [] },
);
const policies = fc
  .record({
    minWorkers: fc.nat(5),
    span: fc.nat(30),
    scaleUpThreshold: threshold,
    scaleDownThreshold: threshold,
    cooldownSeconds: fc.record({ scaleUp: fc.nat(120), scaleDown: fc.nat(600) }),
    waitMs: fc.integer({ min: 100, max: 120_000 }),
  })
  .map(({ span, waitMs, ...rest }) => ({ ...rest, maxWorkers: rest.minWorkers + span, objective: { waitMs } }));
const loads = fc
  .record({
    depth: fc.nat(500),
    dueSoon: fc.nat(20),
    active: fc.nat(40),
    oldestWaitMs: fc.nat(120_000),
    currentWorkers: fc.nat(50),
    starting: fc.nat(10),
    slotsPerWorker: fc.integer({ min: 1, max: 10 }),
    startUpMs: fc.option(fc.nat(90_000)),
    cpuPercent: fc.nat(100),
    memoryPercent: fc.nat(100),
    paused: fc.boolean(),
    sampleGapMs: fc.nat(60_000),
  })
  .map(({ starting, ...load }): QueueLoad => {
    const startingWorkers = Math.min(starting, load.currentWorkers);
    return { nowMs: NOON_MS, ...load, startingWorkers, readyWorkers: load.currentWorkers - startingWorkers };
  });
const memories = fc
  .record({
    counts: fc.array(fc.nat(80), { maxLength: 200 }),
    steps: fc.array(fc.integer({ min: -3, max: 3 }), { maxLength: 100 }),
    serviceMs: fc.integer({ min: 10, max: 30_000 }),
  })
  .map(({ counts, steps, serviceMs }) => {
    const memory = new ScalingMemory();
    for (const [index, arrivals] of counts.entries()) {
      const atMs = NOON_MS - (counts.length - 1 - index) * LOOK_MS;
      const completions = counts[index - 1] ?? 0;
      const sums = { serviceMs: completions * serviceMs, serviceMsSquared: 2 * completions * serviceMs ** 2 };
      memory.pushSample({ atMs, spanMs: LOOK_MS, arrivals, completions, ...sums });
    }
    for (const [index, step] of steps.entries()) {
      const atMs = NOON_MS - (steps.length - index) * LOOK_MS;
      const action = step > 0 ? 'scale_up' : step < 0 ? 'scale_down' : 'maintain';
      memory.pushDecision({ atMs, action, targetWorkers: 10 + step, currentWorkers: 10, enough: 8 });
    }
    return memory;
  });
const questions: fc.Arbitrary<ScalingQuestion> = fc
  .record({ policy: policies, load: loads, memory: memories })
  .map(({ policy, load, memory }) => ({ policy, load, history: memory.history }));

const always = (check: (question: ScalingQuestion) => void) =>
  fc.assert(fc.property(questions, check), { numRuns: 500 });
const stay = ({ policy, load }: ScalingQuestion) =>
  Math.max(policy.minWorkers, Math.min(policy.maxWorkers, load.currentWorkers));

describe('whatever the traffic, the policy and the past', () => {
  it('stays within the bounds, and corrects a fleet outside them at once', () => {
    always((question) => {
      const { targetWorkers } = decideScaling(question);
      expect(targetWorkers).toBeGreaterThanOrEqual(question.policy.minWorkers);
      expect(targetWorkers).toBeLessThanOrEqual(question.policy.maxWorkers);
    });
  });

  it('honours the cooldowns', () => {
    always((question) => {
      const { lastUpMs = 0, lastDownMs = 0 } = question.history;
      const { scaleUp, scaleDown } = question.policy.cooldownSeconds;
      const { targetWorkers } = decideScaling(question);
      if (NOON_MS - lastUpMs < scaleUp * 1_000) expect(targetWorkers).toBeLessThanOrEqual(stay(question));
      if (NOON_MS - Math.max(lastUpMs, lastDownMs) < scaleDown * 1_000) {
        expect(targetWorkers).toBeGreaterThanOrEqual(stay(question));
      }
    });
  });

  it('takes no worker away while an up-threshold is crossed or a down-threshold is not met', () => {
    always((question) => {
      const { policy, load } = question;
      const crossed = [policy.scaleUpThreshold, policy.scaleDownThreshold].flatMap((limits) =>
        crossedThresholds(load, limits),
      );
      fc.pre(crossed.length > 0);
      expect(decideScaling(question).targetWorkers).toBeGreaterThanOrEqual(stay(question));
    });
  });

  it.each([
    ['the engine is in trouble', { engineTrouble: 'no answer for 12 s' }, 'engine'],
    ['the queue is paused', { paused: true }, 'paused'],
    ['a rate limit is what jobs wait for', { limitedBy: { limiter: 'mail', waiting: 90 } }, 'rate_limit'],
    ['the workers keep dying', { crashLoop: '5 deaths in a minute' }, 'crash_loop'],
  ] as const)('adds no worker while %s, and says so', (_, part, guard) => {
    always((question) => {
      const { targetWorkers, evidence } = decideScaling({ ...question, load: { ...question.load, ...part } });
      expect(targetWorkers).toBeLessThanOrEqual(stay(question));
      for (const { by, from, to } of evidence.clampedBy) if (by === guard) expect([from, to]).not.toEqual([to, from]);
    });
    if (guard === 'paused') return;
    const verdict = decide({ load: loadOf({ depth: 500, active: 4, ...part }) });
    expect(verdict).toMatchObject({ action: 'maintain', targetWorkers: 4 });
    expect(verdict.evidence.clampedBy.map(({ by }) => by)).toContain(guard);
    expect(verdict.reason).toMatch(/^4 workers stay, though \d+ are wanted: /);
  });

  it('is decided again from storage alone, byte for byte, within a few KB', () => {
    always((question) => {
      const verdict = decideScaling(question);
      const stored = JSON.stringify(storeScalingQuestion(question, verdict.evidence));
      expect(replayScaling(JSON.parse(stored))).toEqual(verdict);
      expect(stored.length).toBeLessThan(16_000);
    });
  });
});

describe('without figures', () => {
  it('the fleet stays: no data is not idleness', () => {
    const idle = loadOf({ currentWorkers: 9 });
    expect(decide({ load: idle, history: { samples: [], decisions: [] } }).targetWorkers).toBe(9);
    const old = decide({ load: { ...idle, sampleGapMs: 120_000 }, history: steadyMemory(0).history });
    expect(old.targetWorkers).toBe(9);
  });
});

describe('thresholds of the guide', () => {
  it.each([
    [{ queueDepth: 100 }, { depth: 101, active: 4 }],
    [{ queueLatencyMs: 30_000 }, { oldestWaitMs: 30_001 }],
    [{ cpuPercent: 80 }, { cpuPercent: 81 }],
    [{ memoryPercent: 70 }, { memoryPercent: 71 }],
  ])('%j adds a worker when crossed, and waits for it to start', (scaleUpThreshold, part) => {
    const policy = policyOf({ scaleUpThreshold, objective: { waitMs: 600_000 } });
    expect(decide({ policy, load: loadOf(part) }).targetWorkers).toBe(5);
    const starting = loadOf({ ...part, readyWorkers: 3, startingWorkers: 1 });
    expect(decide({ policy, load: starting }).targetWorkers).toBe(4);
  });
});

describe('an order to hold', () => {
  it('is obeyed until its time, within the bounds', () => {
    const hold = { workers: 12, untilMs: NOON_MS + 60_000, by: 'ada' };
    const verdict = decide({ load: loadOf({ hold }) });
    expect(verdict).toMatchObject({ action: 'scale_up', targetWorkers: 12 });
    expect(verdict.reason).toMatch(/^Up from 4 to 12 workers: ada holds it at 12 workers for another 1 min/);
    expect(decide({ load: loadOf({ hold: { ...hold, workers: 99 } }) }).targetWorkers).toBe(20);
    expect(decide({ load: loadOf({ hold: { ...hold, untilMs: NOON_MS } }) }).targetWorkers).toBe(4);
  });
});

describe('room on the hosts', () => {
  it('is never oversold', () => {
    const verdict = decide({ load: loadOf({ depth: 500, active: 4, room: 1 }) });
    expect(verdict.targetWorkers).toBe(5);
    expect(verdict.evidence.clampedBy.at(-1)).toMatchObject({ by: 'host_memory', to: 5 });
  });
});

describe('constant load', () => {
  it('settles within five minutes, and then moves at most once an hour', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 8, noNaN: true }),
        fc.integer({ min: 200, max: 4_000 }),
        fc.constantFrom(2_000, 30_000, 60_000),
        fc.nat(20),
        (rate, serviceMs, startUpMs, workers) => {
          const looks = playFluid(() => rate, {
            minutes: 65,
            serviceMs,
            startUpMs,
            workers,
            policy: policyOf({ maxWorkers: 60, cooldownSeconds: { scaleUp: 0, scaleDown: 0 } }),
          });
          const later = looks.slice((5 * 60_000) / LOOK_MS).filter(({ verdict }) => verdict.action !== 'maintain');
          expect(later.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 60 },
    );
  });
});
