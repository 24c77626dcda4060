import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  basePolicy,
  effectivePolicy,
  mergeOverride,
  parsePolicyOverride,
  policyProblems,
  settledPolicy,
} from './policy.js';

const base = {
  ...basePolicy({ minWorkers: 1, maxWorkers: 4 }),
  scaleUpThreshold: { queueDepth: 100, queueLatencyMs: 30_000 },
  scaleDownThreshold: { queueDepth: 10, queueLatencyMs: 5_000 },
};

describe('the policy of a queue of which only the bounds are known', () => {
  it('is kind: no thresholds, up at once, down after a minute', () => {
    expect(basePolicy({ minWorkers: 1, maxWorkers: 4 })).toEqual({
      minWorkers: 1,
      maxWorkers: 4,
      scaleUpThreshold: {},
      scaleDownThreshold: {},
      cooldownSeconds: { scaleUp: 0, scaleDown: 60 },
    });
  });
});

describe('an effective policy', () => {
  it('is the base where nothing was edited', () => {
    expect(effectivePolicy(base, {})).toEqual(base);
    expect(policyProblems(base)).toEqual([]);
  });

  it('takes each edited field alone, and takes away what was set to null', () => {
    const policy = effectivePolicy(base, {
      maxWorkers: 9,
      scaleUpThreshold: { queueDepth: null, cpuPercent: 80 },
      cooldownSeconds: { scaleDown: 10 },
      objective: { waitMs: 1_000 },
    });
    expect(policy).toEqual({
      ...base,
      maxWorkers: 9,
      scaleUpThreshold: { queueLatencyMs: 30_000, cpuPercent: 80 },
      cooldownSeconds: { scaleUp: 0, scaleDown: 10 },
      objective: { waitMs: 1_000 },
    });
    expect(effectivePolicy({ ...base, objective: { waitMs: 5 } }, { objective: null })).toEqual(base);
  });
});

describe('a configuration that changed under an edited bound', () => {
  it('gives way to it', () => {
    const changed = basePolicy({ minWorkers: 3, maxWorkers: 4 });
    const settled = (override: object) => settledPolicy(effectivePolicy(changed, override), override);
    expect(settled({ maxWorkers: 2 })).toMatchObject({ minWorkers: 2, maxWorkers: 2 });
    expect(settled({ minWorkers: 9 })).toMatchObject({ minWorkers: 9, maxWorkers: 9 });
    expect(settled({ minWorkers: 1 })).toMatchObject({ minWorkers: 1, maxWorkers: 4 });
  });
});

describe('edits one after another', () => {
  it('keep what the later ones leave out', () => {
    const first = mergeOverride({}, { minWorkers: 2, scaleUpThreshold: { queueDepth: 50, cpuPercent: null } });
    const second = mergeOverride(first, { scaleUpThreshold: { queueDepth: undefined, memoryPercent: 70 } });
    expect(second).toEqual({
      minWorkers: 2,
      scaleUpThreshold: { queueDepth: 50, cpuPercent: null, memoryPercent: 70 },
    });
    expect(mergeOverride(second, { objective: null })).toMatchObject({ objective: null, minWorkers: 2 });
  });

  const change = fc.record(
    {
      minWorkers: fc.nat(50),
      maxWorkers: fc.nat(50),
      scaleUpThreshold: fc.record(
        { queueDepth: fc.option(fc.nat(99)), cpuPercent: fc.option(fc.nat(99)) },
        { requiredKeys: [] },
      ),
      cooldownSeconds: fc.record({ scaleUp: fc.nat(99), scaleDown: fc.nat(99) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );

  it('come to the same whether they are put together first or applied in turn', () => {
    fc.assert(
      fc.property(change, change, change, (a, b, c) => {
        const inTurn = mergeOverride(mergeOverride(mergeOverride({}, a), b), c);
        const together = mergeOverride(a, mergeOverride(b, c));
        expect(effectivePolicy(base, inTurn)).toEqual(effectivePolicy(base, together));
      }),
    );
  });

  it('read back from the store as they were written', () => {
    fc.assert(
      fc.property(change, change, (a, b) => {
        const override = mergeOverride(mergeOverride({}, a), b);
        const policy = effectivePolicy(base, override);
        fc.pre(policyProblems(policy).length === 0 && (override.minWorkers ?? 0) <= (override.maxWorkers ?? 99));
        expect(effectivePolicy(base, parsePolicyOverride(JSON.parse(JSON.stringify(override))))).toEqual(policy);
      }),
    );
  });
});

describe('problems', () => {
  it('are bounds the wrong way round and thresholds that would never let the count rest', () => {
    const policy = effectivePolicy(base, {
      minWorkers: 5,
      scaleUpThreshold: { queueDepth: 10 },
      scaleDownThreshold: { queueDepth: 10, queueLatencyMs: 40_000, cpuPercent: 5 },
    });
    expect(policyProblems(policy).map(({ path }) => path)).toEqual([
      'minWorkers',
      'scaleDownThreshold.queueDepth',
      'scaleDownThreshold.queueLatencyMs',
    ]);
  });
});

describe('a damaged document', () => {
  it.each([null, 7, 'text', [], { minWorkers: -1, maxWorkers: 'x', scaleUpThreshold: 3, cooldownSeconds: [1] }])(
    'changes nothing: %j',
    (value) => {
      expect(effectivePolicy(base, parsePolicyOverride(value))).toEqual(base);
    },
  );

  it('keeps its sound fields, and no bounds that contradict each other', () => {
    const override = parsePolicyOverride({
      minWorkers: 9,
      maxWorkers: 3,
      scaleUpThreshold: { queueDepth: 5, cpuPercent: 'x' },
    });
    expect(effectivePolicy(base, override)).toEqual({
      ...base,
      scaleUpThreshold: { queueDepth: 5, queueLatencyMs: 30_000 },
    });
  });
});
