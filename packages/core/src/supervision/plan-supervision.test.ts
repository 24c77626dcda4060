import { describe, expect, it } from 'vitest';
import { planSupervision } from './plan-supervision.js';
import type { RestartState } from './restart-backoff.js';
import {
  type DesiredWorkers,
  keepAdoptedMsFor,
  type SupervisedMember,
  type SupervisionAction,
} from './supervised-member.js';

const NOW = 1_000_000;

function member(workerId: string, over: Partial<SupervisedMember> = {}): SupervisedMember {
  return {
    workerId,
    queueName: 'mail',
    pid: 1,
    phase: 'ready',
    adopted: false,
    startedAtMs: NOW - 120_000,
    heardAtMs: NOW - 500,
    warned: false,
    active: 1,
    drain: null,
    recycle: null,
    killed: false,
    ...over,
  };
}

const draining = (sinceMs: number, graceMs = 30_000): Partial<SupervisedMember> => ({
  phase: 'draining',
  drain: { sinceMs, graceMs },
});

const restart = (nextStartAtMs: number): RestartState => ({
  earlyDeaths: 1,
  firstDeathAtMs: 0,
  lastDeathAtMs: 0,
  lastError: 'x',
  nextStartAtMs,
  looping: false,
});

interface Scenario {
  readonly name: string;
  readonly members?: readonly SupervisedMember[];
  readonly want?: Partial<DesiredWorkers> | null;
  readonly freeMemoryMB?: number;
  readonly restart?: RestartState;
  /** `start`, `drain a`, `kill a`, `warn a`, in order. */
  readonly plan: readonly string[];
}

const scenarios: readonly Scenario[] = [
  { name: 'starts what is missing', want: { count: 2 }, plan: ['start', 'start'] },
  { name: 'holds at the desired number', members: [member('a'), member('b')], want: { count: 2 }, plan: [] },
  {
    name: 'counts a worker that is starting, so that it does not start another at every look',
    members: [member('a', { phase: 'starting' })],
    want: { count: 1 },
    plan: [],
  },
  {
    name: 'counts a draining worker as gone',
    members: [member('a', draining(NOW - 1_000))],
    want: { count: 1 },
    plan: ['start'],
  },
  { name: 'waits for the end of the backoff', want: { count: 1 }, restart: restart(NOW + 1), plan: [] },
  { name: 'starts again when the backoff is over', want: { count: 1 }, restart: restart(NOW), plan: ['start'] },
  {
    name: 'drains the surplus: first the one still starting, then the one with the least in hand',
    members: [member('busy', { active: 9 }), member('idle', { active: 0 }), member('new', { phase: 'starting' })],
    want: { count: 1 },
    plan: ['drain new', 'drain idle'],
  },
  {
    name: 'drains the newest of equals',
    members: [member('old'), member('young', { startedAtMs: NOW - 1_000 })],
    want: { count: 1 },
    plan: ['drain young'],
  },
  {
    name: 'drains all workers of a queue that is wanted no more',
    members: [member('a'), member('b')],
    want: null,
    plan: ['drain a', 'drain b'],
  },
  {
    name: 'leaves a draining worker its grace and five seconds',
    members: [member('a', draining(NOW - 34_999))],
    want: null,
    plan: [],
  },
  {
    name: 'kills a worker that ignores its drain',
    members: [member('a', draining(NOW - 35_000))],
    want: null,
    plan: ['kill a'],
  },
  {
    name: 'does not kill twice, nor count the killed one',
    members: [member('a', { killed: true, heardAtMs: 0 })],
    want: { count: 1 },
    plan: ['start'],
  },
  {
    name: 'tells of a silent event loop once',
    members: [member('a', { heardAtMs: NOW - 15_000 }), member('b', { heardAtMs: NOW - 20_000, warned: true })],
    want: { count: 2 },
    plan: ['warn a'],
  },
  {
    name: 'kills a blocked worker, which could not drain',
    members: [member('a', { heardAtMs: NOW - 30_000, warned: true })],
    want: { count: 1 },
    plan: ['kill a'],
  },
  {
    name: 'is more patient with an adopted one, whose reports the engine may have lost',
    members: [member('a', { adopted: true, warned: true, heardAtMs: NOW - 59_999 })],
    want: { count: 1 },
    plan: [],
  },
  {
    name: 'does not take a worker for surplus that it has only just adopted',
    members: [member('a', { adopted: true, startedAtMs: NOW - 19_999 })],
    want: null,
    plan: [],
  },
  {
    name: 'drains an adopted worker that turns out to be surplus',
    members: [member('a', { adopted: true, startedAtMs: NOW - 20_000 })],
    want: null,
    plan: ['drain a'],
  },
  {
    name: 'starts the replacement before it lets the old one go',
    members: [member('old', { recycle: 'too much memory' })],
    want: { count: 1 },
    plan: ['start'],
  },
  {
    name: 'keeps the old one while its replacement is not ready',
    members: [member('old', { recycle: 'x' }), member('new', { phase: 'starting' })],
    want: { count: 1 },
    plan: [],
  },
  {
    name: 'drains the old one when its replacement is ready',
    members: [member('old', { recycle: 'x' }), member('new')],
    want: { count: 1 },
    plan: ['drain old'],
  },
  {
    name: 'lets the old one go first when there is no memory for both',
    members: [member('old', { recycle: 'x' })],
    want: { count: 1, memoryLimitMB: 512 },
    freeMemoryMB: 500,
    plan: ['drain old'],
  },
  {
    name: 'waits, without memory for both, until the old one is gone',
    members: [member('old', { ...draining(NOW - 1_000), recycle: 'x' })],
    want: { count: 1, memoryLimitMB: 512 },
    freeMemoryMB: 500,
    plan: [],
  },
  {
    name: 'replaces no more at a time than memory holds',
    members: [member('a', { recycle: 'x' }), member('b', { recycle: 'x' })],
    want: { count: 2, memoryLimitMB: 512 },
    freeMemoryMB: 600,
    plan: ['drain a', 'start'],
  },
  {
    name: 'drops a recycled worker without replacement when fewer are wanted',
    members: [member('a', { recycle: 'x' }), member('b')],
    want: { count: 1 },
    plan: ['drain a'],
  },
];

function brief(action: SupervisionAction): string {
  return action.kind === 'start' ? 'start' : `${action.kind} ${action.workerId}`;
}

describe('planSupervision', () => {
  it.each(scenarios)('$name', ({ members = [], want, freeMemoryMB = 4_096, restart: state, plan }) => {
    const desired = new Map(want ? [['mail', { count: 0, graceMs: 30_000, ...want }]] : []);
    const restarts = new Map(state ? [['mail', state]] : []);
    expect(planSupervision({ members, restarts, freeMemoryMB }, desired, NOW).map(brief)).toEqual(plan);
  });

  it('drains nobody before it was said what is wanted, and kills who is stuck', () => {
    const members = [member('a', { startedAtMs: 0 }), member('b', draining(NOW - 35_000))];
    const plan = planSupervision({ members, restarts: new Map(), freeMemoryMB: 4_096 }, null, NOW);
    expect(plan.map(brief)).toEqual(['kill b']);
  });

  it('gives a drain the grace of its queue, and a reason to every action', () => {
    const desired = new Map([['mail', { count: 0, graceMs: 7_000 }]]);
    const plan = planSupervision({ members: [member('a')], restarts: new Map(), freeMemoryMB: 0 }, desired, NOW);
    expect(plan).toEqual([{ kind: 'drain', workerId: 'a', graceMs: 7_000, reason: 'more workers than wanted' }]);
  });

  it('shares the free memory among the queues', () => {
    const members = [member('a', { recycle: 'x' }), member('b', { queueName: 'tax', recycle: 'x' })];
    const wanted = { count: 1, graceMs: 1, memoryLimitMB: 512 };
    const desired = new Map([
      ['mail', wanted],
      ['tax', wanted],
    ]);
    const plan = planSupervision({ members, restarts: new Map(), freeMemoryMB: 600 }, desired, NOW);
    expect(plan.map(brief)).toEqual(['start', 'drain b']);
  });
});

it.each([
  [5_000, 20_000],
  [60_000, 130_000],
])('keeps adopted workers through two looks of a leader that looks every %d ms', (tickMs, keepMs) => {
  expect(keepAdoptedMsFor(tickMs)).toBe(keepMs);
});
