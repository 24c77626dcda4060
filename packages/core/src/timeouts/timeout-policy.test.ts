import { describe, expect, it } from 'vitest';
import { parseTimeoutBasis, parseTimeouts } from './parse-timeouts.js';
import {
  effectiveTimeoutMs,
  emptyTimeoutBasis,
  emptyTimeouts,
  resolveTimeoutPolicy,
  softTimeoutMs,
  timeoutPolicyOf,
} from './timeout-policy.js';

describe('a timeout policy', () => {
  it('kills nothing until somebody says after how long', () => {
    expect(timeoutPolicyOf('email', emptyTimeoutBasis, emptyTimeouts).enabled).toBe(false);
    expect(resolveTimeoutPolicy([{ timeoutMs: 5_000 }])).toMatchObject({ enabled: true, timeoutMs: 5_000 });
    expect(resolveTimeoutPolicy([{ softTimeoutPercentage: 50 }]).enabled).toBe(false);
  });

  it('is switched off explicitly, and on again by the next layer that gives a time', () => {
    const off = { timeoutMs: 5_000, enabled: false };
    expect(resolveTimeoutPolicy([{ timeoutMs: 1_000 }, off])).toMatchObject({ enabled: false, timeoutMs: 5_000 });
    expect(resolveTimeoutPolicy([off, { timeoutMs: 9_000 }]).enabled).toBe(true);
  });

  it('prefers the queue to all queues, and a change to the configuration', () => {
    const basis = {
      ...emptyTimeoutBasis,
      config: { default: { timeoutMs: 1 }, queues: { pay: { timeoutMs: 3 } } },
    };
    const changes = { default: { timeoutMs: 2 }, queues: { tax: { timeoutMs: 4 } } };
    expect(timeoutPolicyOf('any', basis, emptyTimeouts).timeoutMs).toBe(1);
    expect(timeoutPolicyOf('any', basis, changes).timeoutMs).toBe(2);
    expect(timeoutPolicyOf('pay', basis, changes).timeoutMs).toBe(3);
    expect(timeoutPolicyOf('tax', basis, changes).timeoutMs).toBe(4);
  });

  it('gives a queue named like a method nothing that nobody set', () => {
    expect(timeoutPolicyOf('constructor', emptyTimeoutBasis, emptyTimeouts).enabled).toBe(false);
  });

  it('moves its bounds with the timeout, and never puts the timeout outside them', () => {
    expect(resolveTimeoutPolicy([{ timeoutMs: 10_000 }])).toMatchObject({ floorMs: 1_000, ceilingMs: 30_000 });
    const tight = resolveTimeoutPolicy([{ floorMs: 5_000, ceilingMs: 6_000 }, { timeoutMs: 1_000 }]);
    expect(tight).toMatchObject({ floorMs: 1_000, ceilingMs: 6_000 });
  });

  it.each([
    { name: 'fixed: what was measured is ignored', adaptive: false, adapted: 700, expected: 10_000 },
    { name: 'adaptive, nothing measured yet', adaptive: true, adapted: undefined, expected: 10_000 },
    { name: 'adaptive, within bounds', adaptive: true, adapted: 15_000, expected: 15_000 },
    { name: 'adaptive, below the floor', adaptive: true, adapted: 1, expected: 1_000 },
    { name: 'adaptive, above the ceiling', adaptive: true, adapted: 99_000, expected: 30_000 },
  ])('is in force as it reads: $name', ({ adaptive, adapted, expected }) => {
    const policy = resolveTimeoutPolicy([{ timeoutMs: 10_000, adaptiveEnabled: adaptive }]);
    expect(effectiveTimeoutMs(policy, adapted)).toBe(expected);
  });

  it('has a soft timeout at its share of the deadline, and none at 100 %', () => {
    expect(softTimeoutMs(resolveTimeoutPolicy([]), 10_000)).toBe(8_000);
    expect(softTimeoutMs(resolveTimeoutPolicy([{ softTimeoutPercentage: 100 }]), 10_000)).toBe(Infinity);
  });
});

describe('a stored timeouts document', () => {
  it('is read as far as it is known', () => {
    const stored = { default: { timeoutMs: 1, colour: 'red' }, queues: { pay: { enabled: false } }, newer: 1 };
    expect(parseTimeouts(stored)).toEqual({ default: { timeoutMs: 1 }, queues: { pay: { enabled: false } } });
    expect(parseTimeouts({})).toEqual({ queues: {} });
  });

  it.each([
    null,
    'x',
    [],
    { queues: [] },
    { default: 5 },
    { queues: { pay: null } },
    { queues: { pay: { timeoutMs: 0 } } },
    { queues: { pay: { timeoutMs: Number.NaN } } },
    { queues: { pay: { timeoutMs: 1e12 } } },
    { queues: { pay: { timeoutMs: '5' } } },
    { queues: { pay: { enabled: 1 } } },
    { queues: { pay: { softTimeoutPercentage: 0 } } },
    { queues: { pay: { factor: 0.5 } } },
  ])('that is damaged changes nothing: %j', (damaged) => {
    expect(parseTimeouts(damaged)).toBeNull();
  });

  it('of the leader is checked as well', () => {
    const basis = { config: { queues: {} }, adapted: { pay: { charge: 1_500 } } };
    expect(parseTimeoutBasis(basis)).toEqual(basis);
    for (const adapted of [null, { pay: 5 }, { pay: { charge: -1 } }]) {
      expect(parseTimeoutBasis({ ...basis, adapted })).toBeNull();
    }
    expect(parseTimeoutBasis({ adapted: {} })).toBeNull();
  });
});
