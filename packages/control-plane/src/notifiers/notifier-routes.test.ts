import { describe, expect, it } from 'vitest';
import { routesTo } from './notifier-service.js';

describe('the routes to a notifier', () => {
  const routes = [
    { severity: 'critical', notifiers: ['oncall'], continue: true },
    { queues: ['newsletter'], notifiers: [] },
    { kinds: ['stalled'], notifiers: ['chat', 'oncall'] },
  ] as const;

  it('are those that name it, and say where an earlier one may have taken an alert', () => {
    expect(routesTo('oncall', routes)).toEqual([{ severity: 'critical' }, { kinds: ['stalled'], afterOthers: true }]);
    expect(routesTo('chat', routes)).toEqual([{ kinds: ['stalled'], afterOthers: true }]);
    expect(routesTo('chat', [routes[0], { notifiers: ['chat'] }])).toEqual([{}]);
    expect(routesTo('nobody', routes)).toEqual([]);
  });

  it('are one for everything where none is configured', () => {
    expect(routesTo('ops', [])).toEqual([{}]);
  });
});
