import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planRecycles, type RecycleCandidate, recycleSlots } from './plan-recycles.js';
import type { Recycle, RecycleCause } from './recycle.js';

const memory = { heapUsed: 1, heapTotal: 1, external: 0, rss: 1, arrayBuffers: 0 };

function workers(count: number, queueName = 'mail') {
  return Array.from({ length: count }, (_, index) => ({
    ...{ workerId: `${queueName}-${index}`, queueName, memory },
    state: 'ready' as const,
    owner: 'drover' as const,
  }));
}

function candidate(workerId: string, rssMB: number, cause: RecycleCause = 'soft_limit'): RecycleCandidate {
  return { workerId, queueName: workerId.split('-')[0] ?? '', rssMB, notice: { cause, reason: 'x' } };
}

function recycle(workerId: string, part: Partial<Recycle> = {}): Recycle {
  return {
    ...{ workerId, queueName: workerId.split('-')[0] ?? '', host: 'h', cause: 'command', reason: 'x', graceful: true },
    ...{ status: 'requested', requestedBy: null, requestedAtMs: 1, toldAtMs: 1, updatedAtMs: 1 },
    ...{ jobsHandedBack: null, message: '', ...part },
  };
}

describe('planRecycles', () => {
  it.each([
    [0, 1],
    [1, 1],
    [7, 1],
    [8, 2],
    [100, 25],
  ])('lets %i workers of a queue be recycled %i at a time', (count, slots) => {
    expect(recycleSlots(count)).toBe(slots);
  });

  it('takes the largest first, up to the share', () => {
    const all = [candidate('mail-0', 400), candidate('mail-1', 450), candidate('mail-2', 420)];
    expect(planRecycles(workers(8), [], all).begin.map(({ workerId }) => workerId)).toEqual(['mail-1', 'mail-2']);
  });

  it('waits while as many as may are under way', () => {
    const plan = planRecycles(workers(4), [recycle('mail-3', { status: 'draining' })], [candidate('mail-0', 400)]);
    expect(plan.begin).toEqual([]);
  });

  it('counts each queue for itself', () => {
    const all = [...workers(4), ...workers(4, 'video')];
    const plan = planRecycles(all, [recycle('mail-3')], [candidate('mail-0', 400), candidate('video-0', 400)]);
    expect(plan.begin.map(({ workerId }) => workerId)).toEqual(['video-0']);
  });

  it('serves requests that wait before its own candidates, the oldest first', () => {
    const open = [
      recycle('mail-1', { toldAtMs: null, requestedAtMs: 20 }),
      recycle('mail-2', { toldAtMs: null, requestedAtMs: 10 }),
    ];
    const plan = planRecycles(workers(4), open, [candidate('mail-0', 400)]);
    expect(plan.tell.map(({ workerId }) => workerId)).toEqual(['mail-2']);
    expect(plan.begin).toEqual([]);
  });

  it('lets a worker above its hard limit go at once, and counts it', () => {
    const all = [candidate('mail-0', 600, 'hard_limit'), candidate('mail-1', 400)];
    expect(planRecycles(workers(4), [recycle('mail-3')], all).begin.map(({ workerId }) => workerId)).toEqual([
      'mail-0',
    ]);
  });

  it('begins none that is under way', () => {
    expect(planRecycles(workers(100), [recycle('mail-0')], [candidate('mail-0', 400)]).begin).toEqual([]);
  });

  it('never has more than the share under way, whatever comes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(60), fc.nat(60), fc.nat(60), (count, told, waiting, rest) => {
        const ids = workers(count).map(({ workerId }) => workerId);
        const open = [
          ...ids.slice(0, told).map((id) => recycle(id)),
          ...ids.slice(told, told + waiting).map((id) => recycle(id, { toldAtMs: null })),
        ];
        const candidates = ids.slice(0, rest).map((id) => candidate(id, 400));
        const { tell, begin } = planRecycles(workers(count), open, candidates);
        const toldBefore = Math.min(told, count);
        return toldBefore + tell.length + begin.length <= Math.max(toldBefore, recycleSlots(count));
      }),
    );
  });
});
