import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueueObservation } from '../health/evaluate-health.js';
import { calm, emptyQueue } from '../health/testing/calm-queue.js';
import type { AlertChange } from './evaluate-alerts.js';
import { AlertWorld, waiting } from './testing/alert-world.js';

const inWords = (change: AlertChange): string => {
  const { kind, alert } = change;
  return kind === 'update' ? `${alert.events.at(-1)?.what} ${alert.severity}` : `${kind} ${alert.severity}`;
};

/** Each value for one tick of 5 s; what happened, by tick. Limits: 1,000 and 5,000; 20 s to fire, 30 s to resolve. */
function story(values: readonly (number | null)[]): string[] {
  const world = new AlertWorld();
  return values.flatMap((value, tick) =>
    world.tick({ email: waiting(value) }).map((change) => `${tick}: ${inWords(change)}`),
  );
}
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

describe('an alert', () => {
  it.each<[string, (number | null)[], string[]]>([
    ['fires once its limit was exceeded for the whole time', times(12, 1_200), ['4: fire warning']],
    ['does not fire for a shorter spell', [...times(4, 1_200), 0, ...times(4, 1_200), 0], []],
    ['fires as critical at once where it was critical all the time', times(6, 9_000), ['4: fire critical']],
    [
      'is raised in place when it stayed critical long enough',
      [...times(6, 1_200), ...times(6, 9_000)],
      ['4: fire warning', '10: update raised critical'],
    ],
    [
      'is lowered in place, then resolves',
      [...times(5, 9_000), ...times(8, 1_200), ...times(8, 0)],
      ['4: fire critical', '11: lowered warning', '19: resolve warning'],
    ],
    [
      'stays while its value is within the margin of the limit',
      [...times(5, 1_200), ...times(20, 950)],
      ['4: fire warning'],
    ],
    [
      'stays while its value comes back before the time is over',
      [...times(5, 1_200), ...times(6, 0), 1_100, ...times(6, 0), 1_100],
      ['4: fire warning'],
    ],
    [
      'resolves, once, when it was clear for the whole time',
      [...times(5, 1_200), ...times(20, 0)],
      ['4: fire warning', '11: resolve warning'],
    ],
    [
      'waits on through ticks that know nothing',
      [...times(2, 1_200), null, null, ...times(3, 1_200)],
      ['6: fire warning'],
    ],
    ['neither fires nor resolves by what is not known', [...times(5, 1_200), ...times(50, null)], ['4: fire warning']],
    [
      'fires anew, as another, after it resolved',
      [...times(5, 1_200), ...times(7, 0), ...times(5, 1_200)],
      ['4: fire warning', '11: resolve warning', '16: fire warning'],
    ],
  ])('%s', (_, values, happened) => {
    expect(story(values)).toEqual(happened.map((line) => line.replace('update raised', 'raised')));
  });

  it('follows its value from tick to tick without a change to store', () => {
    const world = new AlertWorld();
    for (const count of times(5, 1_200)) world.tick({ email: waiting(count) });
    expect(world.tick({ email: waiting(1_300) })).toEqual([]);
    expect(world.firing).toMatchObject([
      { id: 'a1', value: 1_300, threshold: 1_000, message: '1,300 waiting (limit 1,000)' },
    ]);
  });

  it('stays acknowledged while it gets better, and no longer once it gets worse', () => {
    const world = new AlertWorld();
    for (const count of times(5, 9_000)) world.tick({ email: waiting(count) });
    world.acknowledge('ada');
    for (const count of times(8, 1_200)) world.tick({ email: waiting(count) });
    expect(world.firing).toMatchObject([{ severity: 'warning', worst: 'critical', acknowledged: { by: 'ada' } }]);
    for (const count of times(6, 9_000)) world.tick({ email: waiting(count) });
    expect(world.firing).toMatchObject([{ severity: 'critical', acknowledged: null }]);
  });

  it('is the same under a new leader, and does not resolve before its time under that one', () => {
    const world = new AlertWorld();
    for (const count of [...times(5, 1_200), ...times(5, 0)]) world.tick({ email: waiting(count) });
    world.changeLeader();
    for (const count of times(6, 0)) expect(world.tick({ email: waiting(count) })).toEqual([]);
    expect(world.firing.map(({ id }) => id)).toEqual(['a1']);
    expect(world.tick({ email: waiting(0) }).map(inWords)).toEqual(['resolve warning']);
  });

  it('resolves when its queue is gone for minutes, not when one look missed it', () => {
    const world = new AlertWorld();
    for (const count of times(5, 1_200)) world.tick({ email: waiting(count), other: calm });
    for (const _ of times(20, 0)) expect(world.tick({ other: calm })).toEqual([]);
    expect(world.tick({ email: waiting(1_200), other: calm })).toEqual([]);
    for (const _ of times(60, 0)) expect(world.tick({ other: calm })).toEqual([]);
    expect(world.tick({ other: calm })).toMatchObject([{ kind: 'resolve', alert: { resolvedBecause: 'queue_gone' } }]);
  });

  it.each([
    ['an hour forward', 3_600_000],
    ['an hour back', -3_600_000],
  ])('neither fires nor resolves by a clock that jumps %s', (_, jumpMs) => {
    const world = new AlertWorld();
    world.tick({ email: waiting(1_200) });
    expect(world.tick({ email: waiting(1_200) }, jumpMs)).toEqual([]);
    for (const __ of times(4, 0)) world.tick({ email: waiting(1_200) });
    expect(world.firing).toHaveLength(1);
    world.tick({ email: waiting(0) });
    expect(world.tick({ email: waiting(0) }, jumpMs)).toEqual([]);
  });

  it('is recorded as silenced, and stamped to be told only when the silence ends', () => {
    const world = new AlertWorld();
    world.silence(world.nowMs + 60_000, { queueName: 'email' });
    for (const count of times(6, 1_200)) world.tick({ email: waiting(count) });
    expect(world.firing).toMatchObject([{ silenceId: 's1', stamps: { latest: null } }]);
    for (const count of times(6, 1_200)) world.tick({ email: waiting(count) });
    expect(world.firing).toMatchObject([{ silenceId: null, stamps: { warning: 12, latest: 12 } }]);
    expect(world.firing[0]?.events.map(({ what }) => what)).toEqual(['fired', 'silenced', 'unsilenced']);
  });

  it('keeps its first event and its latest, however often it changes', () => {
    const world = new AlertWorld();
    for (let round = 0; round < 40; round++) {
      for (const count of [...times(8, 9_000), ...times(8, 1_200)]) world.tick({ email: waiting(count) });
    }
    const [alert] = world.firing;
    expect(alert?.events).toHaveLength(30);
    expect([alert?.events[0]?.what, alert?.events.at(-1)?.what]).toEqual(['fired', 'lowered']);
  });
});

describe('each kind', () => {
  const none = { ready: 0, starting: 0, draining: 0, desired: 1, ours: true };
  const loop = { sinceMs: 0, restarts: 4, lastError: 'boom', nextStartAtMs: 0 };
  it.each<[string, Partial<QueueObservation>, number]>([
    ['error_rate', { errorRate: 30 }, 5],
    ['timeout_rate', { timeoutRate: 30 }, 5],
    ['processing_time', { p95ProcessingMs: 200_000 }, 5],
    ['memory_usage', { memoryPercent: 97 }, 5],
    ['no_workers', { workers: none }, 5],
    ['oldest_waiting', { state: { ...emptyQueue, waiting: 1, oldestWaitingMs: 1_000_000 } }, 5],
    ['rate_limit', { rateLimitedPercent: 95 }, 5],
    ['schedule_missed', { missedSchedules: [{ scheduleId: 'nightly', overdueMs: 90_000 }] }, 5],
    ['stalled', { stalled: 1 }, 1],
    ['crash_loop', { crashLoop: loop }, 1],
  ])('%s fires for its own figure, at its tick', (kind, wrong, ticks) => {
    const world = new AlertWorld();
    for (const _ of times(ticks - 1, 0)) expect(world.tick({ email: { ...calm, ...wrong } })).toEqual([]);
    expect(world.tick({ email: { ...calm, ...wrong } })).toMatchObject([{ kind: 'fire', alert: { kind } }]);
  });

  it('holds a slow queue to be slow while its jobs hang and none finishes', () => {
    const world = new AlertWorld();
    for (const _ of times(5, 0)) world.tick({ email: { ...calm, p95ProcessingMs: 200_000 } });
    const quiet = { ...calm, finished: 0, p95ProcessingMs: null };
    const hanging = { ...quiet, state: { ...emptyQueue, active: 3 } };
    for (const _ of times(20, 0)) expect(world.tick({ email: hanging })).toEqual([]);
    for (const _ of times(7, 0)) world.tick({ email: quiet });
    expect(world.resolved).toMatchObject([{ kind: 'processing_time' }]);
  });

  it('does not flap where traffic hovers around the fewest attempts that are judged', () => {
    const world = new AlertWorld();
    const changes = times(60, 0).flatMap((_, tick) =>
      world.tick({ email: { ...calm, errorRate: 100, finished: tick % 2 === 0 || tick < 5 ? 20 : 15 } }),
    );
    expect(changes.map(inWords)).toEqual(['fire critical']);
  });
});

describe('always', () => {
  const value = fc.oneof(fc.constant(null), fc.nat(7_000));
  it('at most one alert fires of a queue and a kind, and every change leads from the one before', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value, fc.integer({ min: -20_000, max: 60_000 })), { maxLength: 120 }),
        (ticks) => {
          const world = new AlertWorld();
          const open = new Map<string, string>();
          for (const [email, video, advanceMs] of ticks) {
            for (const { kind, alert } of world.tick({ email: waiting(email), video: waiting(video) }, advanceMs)) {
              const key = `${alert.queueName} ${alert.kind}`;
              expect(open.get(key)).toBe(kind === 'fire' ? undefined : alert.id);
              if (kind === 'resolve') open.delete(key);
              else open.set(key, alert.id);
            }
            expect(world.firing.map(({ queueName, kind }) => `${queueName} ${kind}`).sort()).toEqual(
              [...open.keys()].sort(),
            );
          }
        },
      ),
    );
  });

  it('a value between the margin and the limit changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 901, max: 999 }), { maxLength: 60 }), fc.boolean(), (values, fired) => {
        const world = new AlertWorld();
        if (fired) for (const count of times(5, 1_200)) world.tick({ email: waiting(count) });
        for (const count of values) expect(world.tick({ email: waiting(count) })).toEqual([]);
      }),
    );
  });

  it('changes of a queue and kind are at least as far apart as the shorter of the two times', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(7_000), { maxLength: 200 }), (values) => {
        const world = new AlertWorld();
        let lastMs = Number.NEGATIVE_INFINITY;
        for (const count of values) {
          const changes = world.tick({ email: waiting(count) });
          if (changes.length === 0) continue;
          expect(changes).toHaveLength(1);
          // A rise may follow the alert itself sooner: its critical time began later.
          if (inWords(changes[0] as AlertChange) !== 'raised critical') {
            expect(world.nowMs - lastMs).toBeGreaterThanOrEqual(20_000);
          }
          lastMs = world.nowMs;
        }
      }),
    );
  });
});
