import { expect, it } from 'vitest';
import { InvalidConfig } from './problems.js';
import { resolveConfig } from './resolve-config.js';
import type { DroverConfig } from './schema.js';

const resolve = (value: unknown) => resolveConfig({ value, name: 'drover.config.mjs', folder: '/app' }, {}, {});

function problemsIn(value: unknown): string {
  try {
    resolve(value);
  } catch (error) {
    if (error instanceof InvalidConfig) return error.message;
    throw error;
  }
  return 'none';
}

const secret = 'a secret of the two of us';
const notifiers: DroverConfig['notifiers'] = {
  ops: { type: 'webhook', url: 'https://ops.example/hook', secret },
  chat: { type: 'slack', url: 'https://hooks.slack.example/services/T0/B0/key' },
  oncall: { type: 'mail', smtp: 'smtps://ada:pass@mail.example', from: 'drover@example.com', to: 'ada@example.com' },
};

it('tells everything to every notifier unless routes say otherwise', () => {
  const { notifications, notifiers: resolved } = resolve({ notifiers });
  expect(notifications).toEqual({
    routes: [{ notifiers: ['ops', 'chat', 'oncall'] }],
    groupWaitMs: 10_000,
    groupIntervalMs: 60_000,
    repeatAfterMs: 14_400_000,
    dashboardUrl: null,
  });
  expect(resolved.get('oncall')).toMatchObject({ to: ['ada@example.com'] });
});

it('takes routes in their order', () => {
  const routes = [
    { severity: 'critical', notifiers: ['oncall'], continue: true },
    { queues: ['email'], kinds: ['no_workers'], notifiers: [] },
  ];
  expect(resolve({ notifiers, notifications: { routes, groupWaitMs: 0 } }).notifications).toMatchObject({
    routes,
    groupWaitMs: 0,
  });
});

it('knows which limits a queue has to itself', () => {
  const errorRate = { warning: 1, critical: 2 };
  const { queues, thresholds } = resolve({
    thresholds: { alertAfterMs: 5_000 },
    queues: { email: { thresholds: { errorRate } } },
  });
  expect(queues.get('email')).toMatchObject({ ownThresholds: { errorRate }, thresholds: { alertAfterMs: 5_000 } });
  expect(thresholds.errorRate.warning).toBe(5);
});

it.each<[string, unknown, RegExp]>([
  [
    'a route to nobody',
    { notifiers, notifications: { routes: [{ notifiers: ['opps'] }] } },
    /no notifier named "opps"/,
  ],
  [
    'a short secret',
    { notifiers: { ops: { type: 'webhook', url: 'https://ops.example', secret: 'short' } } },
    /16 char/,
  ],
  ['another protocol', { notifiers: { chat: { type: 'slack', url: 'file:///etc/passwd' } } }, /no http or https/],
  ['mail over http', { notifiers: { m: { ...notifiers?.oncall, smtp: 'https://mail.example' } } }, /no smtp or smtps/],
  ['an unknown kind of notifier', { notifiers: { x: { type: 'pigeon' } } }, /notifiers\.x/],
  ['a name with spaces', { notifiers: { 'a b': notifiers?.chat } }, /notifiers/],
  ['a kind that does not exist', { notifications: { routes: [{ kinds: ['noise'], notifiers: [] }] } }, /kinds/],
])('refuses %s', (_, value, problem) => {
  expect(problemsIn(value)).toMatch(problem);
});

it('repeats no address and no secret in what it finds wrong', () => {
  const told = problemsIn({
    notifiers: {
      ops: { type: 'webhook', url: 'hooks.example/very-secret', secret: 'very-secret' },
      oncall: { ...notifiers?.oncall, smtp: 'ada:very-secret@mail.example' },
    },
  });
  expect(told).toContain('notifiers.ops.url');
  expect(told).not.toContain('very-secret');
});
