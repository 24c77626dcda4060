import { describe, expect, it } from 'vitest';
import { defaultMemoryLimits } from './memory-limits.js';
import {
  type MemoryBase,
  type MemoryOverride,
  memoryLimitsFor,
  memoryProblems,
  noMemoryOverride,
  parseMemoryOverride,
  queueSoftLimits,
} from './memory-settings.js';

const base: MemoryBase = {
  worker: defaultMemoryLimits,
  queues: { video: { softLimitMB: 900, hardLimitMB: 1_000 }, mail: { afterJobs: 50 } },
};

describe('the limits in force', () => {
  it.each<[string, MemoryOverride, string, object]>([
    ['of a queue without its own are the general ones', noMemoryOverride, 'other', defaultMemoryLimits],
    [
      'are a queue’s own where the file gives them',
      noMemoryOverride,
      'video',
      { softLimitMB: 900, hardLimitMB: 1_000 },
    ],
    [
      'stay a queue’s own when the general ones are edited',
      { worker: { softLimitMB: 200, hardLimitMB: 300 }, queueSoftLimitMB: {} },
      'video',
      { softLimitMB: 900, hardLimitMB: 1_000 },
    ],
    [
      'follow the general ones in what the queue does not give',
      { worker: { softLimitMB: 200 }, queueSoftLimitMB: {} },
      'mail',
      { softLimitMB: 200, hardLimitMB: 512, afterJobs: 50 },
    ],
    [
      'are those edited for the queue',
      { worker: {}, queueSoftLimitMB: { video: 700, other: 100 } },
      'video',
      { softLimitMB: 700, hardLimitMB: 1_000 },
    ],
    [
      'are the general ones again when the queue’s was taken away',
      { worker: {}, queueSoftLimitMB: { video: null } },
      'video',
      { softLimitMB: 384, hardLimitMB: 1_000 },
    ],
    ['do not come from a prototype', noMemoryOverride, 'constructor', defaultMemoryLimits],
  ])('%s', (_, override, queueName, expected) => {
    expect(memoryLimitsFor(base, override, queueName)).toMatchObject(expected);
  });

  it('list the queues that have a soft limit of their own', () => {
    expect(queueSoftLimits(base, noMemoryOverride)).toEqual({ video: 900 });
    expect(queueSoftLimits(base, { worker: {}, queueSoftLimitMB: { video: null, mail: 100 } })).toEqual({ mail: 100 });
  });
});

describe('a stored document', () => {
  it.each([null, undefined, 7, 'text', [], {}, { worker: null, queueSoftLimitMB: null }])(
    'that is %j changes nothing',
    (value) => {
      expect(parseMemoryOverride(value)).toEqual(noMemoryOverride);
    },
  );

  it('is taken as far as it makes sense', () => {
    const value = {
      worker: { softLimitMB: 5, hardLimitMB: 'x', other: 1 },
      queueSoftLimitMB: { a: 1, b: -1, c: null },
    };
    expect(parseMemoryOverride(value)).toEqual({ worker: { softLimitMB: 5 }, queueSoftLimitMB: { a: 1, c: null } });
  });
});

describe('contradictions', () => {
  it.each<[string, MemoryOverride, string[]]>([
    ['none in what is given', noMemoryOverride, []],
    ['a soft limit above the hard one', { worker: { softLimitMB: 600 }, queueSoftLimitMB: {} }, ['worker.softLimit']],
    ['a hard limit below the soft one', { worker: { hardLimitMB: 300 }, queueSoftLimitMB: {} }, ['worker.softLimit']],
    ['both moved together', { worker: { softLimitMB: 600, hardLimitMB: 700 }, queueSoftLimitMB: {} }, []],
    ['a queue above the general hard limit', { worker: {}, queueSoftLimitMB: { a: 513 } }, ['jobSpecific.a']],
    ['a queue within its own hard limit', { worker: {}, queueSoftLimitMB: { video: 1_000 } }, []],
    ['a queue above its own hard limit', { worker: {}, queueSoftLimitMB: { video: 1_001 } }, ['jobSpecific.video']],
  ])('%s', (_, override, paths) => {
    expect(memoryProblems(base, override).map(({ path }) => path)).toEqual(paths);
  });
});
