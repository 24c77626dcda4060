import { beforeEach, describe, expect, it } from 'vitest';
import { type AlertMessage, type NotifierProgress, pendingNotices, planMessage } from './plan-message.js';
import { type AlertRoute, notifiersFor } from './route-alerts.js';
import { AlertWorld, waiting } from './testing/alert-world.js';

const timing = { groupWaitMs: 10_000, groupIntervalMs: 60_000, repeatAfterMs: 600_000 };
const everything: AlertRoute[] = [{ notifiers: ['ops'] }];

let world: AlertWorld;
let progress: NotifierProgress;
let sent: AlertMessage[];
beforeEach(() => {
  world = new AlertWorld();
  progress = { toldStamp: 0, lastMessageAtMs: null };
  sent = [];
});

/** Ticks with that many waiting per queue; each message that is due is taken as sent. */
function tick(ticks: number, counts: Readonly<Record<string, number>>, routes = everything): string[] {
  const from = sent.length;
  for (let index = 0; index < ticks; index++) {
    world.tick(Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, waiting(count)])));
    const { firing, resolved, nowMs, stamp } = world;
    const message = planMessage({ notifier: 'ops', routes, timing, progress, firing, resolved, nowMs });
    if (message === null) continue;
    progress = { toldStamp: stamp, lastMessageAtMs: nowMs };
    sent.push(message);
  }
  return sent
    .slice(from)
    .map(({ notices }) =>
      notices.map(({ event, alert }) => `${event} ${alert.queueName} ${alert.severity}`).join(', '),
    );
}

describe('a message', () => {
  it('waits for what begins together, and tells it once', () => {
    expect(tick(4, { email: 2_000 })).toEqual([]);
    expect(tick(2, { email: 2_000, video: 9_000 })).toEqual([]);
    expect(tick(1, { email: 2_000, video: 9_000 })).toEqual(['fired email warning']);
    expect(tick(20, { email: 2_000, video: 9_000 })).toEqual(['fired video critical, firing email warning']);
  });

  it('is not due again before the interval is over, whatever happens', () => {
    tick(7, { email: 2_000 });
    const lastMs = world.nowMs;
    expect(tick(11, { email: 9_000 })).toEqual([]);
    expect(tick(1, { email: 9_000 })).toEqual(['raised email critical']);
    expect(world.nowMs - lastMs).toBe(60_000);
  });

  it('tells that it is over what it told of, and nothing of what came and went untold', () => {
    tick(7, { email: 2_000 });
    expect(tick(30, { email: 0 })).toEqual(['resolved email warning']);
    const quick = new AlertWorld({ ...world.thresholds, alertAfterMs: 0, resolveAfterMs: 0 });
    world = Object.assign(quick, { nowMs: world.nowMs, stamp: world.stamp });
    tick(1, { email: 2_000 });
    expect(tick(60, { email: 0 })).toEqual([]);
  });

  it('is repeated while nobody acknowledged, and not once somebody did', () => {
    tick(7, { email: 2_000 });
    expect(tick(120, { email: 2_000 })).toEqual(['firing email warning']);
    world.acknowledge('ada');
    expect(tick(300, { email: 2_000 })).toEqual([]);
    expect(tick(5, { email: 9_000 })).toEqual([]);
    expect(tick(5, { email: 9_000 })).toEqual(['raised email critical']);
  });

  it('does not wait until a clock that went back has caught up', () => {
    tick(7, { email: 2_000 });
    world.nowMs -= 3_600_000;
    expect(tick(9, { email: 9_000 }).filter((line) => line.startsWith('raised'))).toHaveLength(1);
  });

  it('of a storm lists fifty, the critical first, and counts all', () => {
    const counts = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`q${at}`, at % 10 === 0 ? 9_000 : 2_000]),
    );
    tick(7, counts);
    expect(sent).toHaveLength(1);
    const [storm] = sent;
    expect(storm?.notices).toHaveLength(50);
    expect(storm?.notices.slice(0, 30).every(({ alert }) => alert.severity === 'critical')).toBe(true);
    expect(storm).toMatchObject({ omitted: 250, counts: { fired: 300, critical: 30 } });
  });

  it('tells nothing of a silenced alert until the silence ends, then that it fires', () => {
    world.silence(world.nowMs + 300_000);
    expect(tick(59, { email: 2_000 })).toEqual([]);
    expect(tick(4, { email: 2_000 })).toEqual(['fired email warning']);
  });

  it('tells that an alert is over which was told and then silenced', () => {
    tick(7, { email: 2_000 });
    world.silence(world.nowMs + 3_600_000);
    expect(tick(200, { email: 2_000 })).toEqual([]);
    expect(tick(12, { email: 0 })).toEqual(['resolved email warning']);
  });

  it('goes, when raised, also to those who hear of critical alerts only, and its end to them too', () => {
    const routes: AlertRoute[] = [{ severity: 'critical', notifiers: ['ops'] }];
    expect(tick(30, { email: 2_000 }, routes)).toEqual([]);
    expect(tick(8, { email: 9_000 }, routes)).toEqual(['fired email critical']);
    expect(tick(30, { email: 2_000 }, routes)).toEqual([]);
    expect(tick(30, { email: 0 }, routes)).toEqual(['resolved email warning']);
  });
});

it('counts what a notifier still has to hear', () => {
  for (let index = 0; index < 6; index++) world.tick({ email: waiting(2_000), video: waiting(2_000) });
  const { firing, resolved } = world;
  const scope = { notifier: 'ops', routes: everything, firing, resolved };
  expect(pendingNotices({ ...scope, progress })).toHaveLength(2);
  expect(pendingNotices({ ...scope, progress: { toldStamp: world.stamp, lastMessageAtMs: null } })).toEqual([]);
});

describe('routes', () => {
  const alert = { queueName: 'email', kind: 'queue_depth', severity: 'critical' } as const;
  it.each<[string, AlertRoute[], string[]]>([
    ['the first that matches decides', [{ queues: ['email'], notifiers: ['mail'] }, { notifiers: ['ops'] }], ['mail']],
    [
      'unless it says to go on',
      [{ severity: 'critical', notifiers: ['pager'], continue: true }, { notifiers: ['ops'] }],
      ['pager', 'ops'],
    ],
    ['all that a route names must match', [{ queues: ['email'], kinds: ['stalled'], notifiers: ['mail'] }], []],
    [
      'a route without notifiers keeps it to ourselves',
      [{ kinds: ['queue_depth'], notifiers: [] }, { notifiers: ['ops'] }],
      [],
    ],
  ])('%s', (_, routes, names) => {
    expect([...notifiersFor(alert, routes)]).toEqual(names);
  });
});
