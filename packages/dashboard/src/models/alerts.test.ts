import { describe, expect, it } from 'vitest';
import { acknowledged, alert, resolved } from '../../testing/alerts.js';
import { at, ms } from '../../testing/queues.js';
import {
  countAlerts,
  lifeOf,
  momentOf,
  momentParams,
  personWords,
  readAlertsFilter,
  selectAlerts,
  valueWords,
} from './alerts.js';
import { readTimeRange } from './time-range.js';

const read = (search: string) => readAlertsFilter(new URLSearchParams(search));

describe('the filter of alerts', () => {
  const depth = alert({ severity: 'critical' });
  const errors = alert({ queueName: 'payments', type: 'error_rate', kind: 'error_rate' });
  const waits = alert({ kind: 'oldest_waiting', ...acknowledged() });
  const all = [waits, errors, depth];

  it.each([
    ['', [depth, errors, waits]],
    ['severity=critical', [depth]],
    ['queue=payments', [errors]],
    // `type` of an old wait is queue_depth too, for clients of the guide: the kind tells them apart.
    ['kind=queue_depth', [depth]],
    ['acknowledged=no', [depth, errors]],
    ['acknowledged=yes', [waits]],
    ['severity=nonsense&kind=nonsense&acknowledged=nonsense', [depth, errors, waits]],
    ['severity=critical&queue=payments', []],
  ])('"%s" lets through, the most urgent first', (search, expected) => {
    expect(selectAlerts(all, read(search))).toEqual(expected);
  });

  it('puts the older of two equally urgent ones first', () => {
    const [older, newer] = [alert({ timestamp: at(-60) }), alert({ timestamp: at(0) })];
    expect(selectAlerts([newer, older], read(''))).toEqual([older, newer]);
  });

  it('counts what the tabs and the sidebar show', () => {
    expect(countAlerts([...all, alert({ silenced: true })])).toEqual({
      total: 4,
      critical: 1,
      warning: 3,
      acknowledged: 1,
      silenced: 1,
    });
  });
});

describe('the moment of an alert', () => {
  it('begins before it fired and ends now, while it fires', () => {
    expect(momentOf(alert(), ms(120))).toEqual({ fromMs: ms(-900), toMs: ms(120) });
    expect(momentOf(alert(), ms(86_400))).toEqual({ fromMs: ms(-900), toMs: ms(900) });
  });

  it('holds the whole life of a resolved one, and a little after', () => {
    expect(momentOf(alert(resolved(3_600)), ms(86_400))).toEqual({ fromMs: ms(-900), toMs: ms(3_900) });
  });

  it('is a range that the page of a queue understands, even where the clock here is behind', () => {
    const range = readTimeRange(new URLSearchParams(momentParams(alert(), ms(-7_200))));
    expect(range).toEqual({ kind: 'fixed', fromMs: ms(-900), toMs: ms(60) });
  });
});

describe('the life of an alert', () => {
  it('is told step by step, with who did what', () => {
    const told = alert({
      ...resolved(300),
      events: [
        { at: at(0), what: 'fired', severity: 'warning' },
        { at: at(60), what: 'raised', severity: 'critical' },
        { at: at(90), what: 'acknowledged', by: 'user:ada@example.com' },
        { at: at(100), what: 'silenced' },
        { at: at(200), what: 'lowered', severity: 'warning' },
        { at: at(300), what: 'resolved' },
      ],
    });
    expect(lifeOf(told, 'ada@example.com').map(({ words }) => words)).toEqual([
      'Fired as warning',
      'Became critical',
      'Acknowledged by you',
      'Silenced',
      'Became a warning again',
      'Resolved',
    ]);
  });

  it('is known in outline where no events came', () => {
    expect(lifeOf(alert({ ...resolved(9), resolvedBecause: 'queue_gone' })).map(({ words }) => words)).toEqual([
      'Fired as warning',
      'Resolved: the queue is gone',
    ]);
  });

  it.each([
    ['user:ada@example.com', undefined, 'ada@example.com'],
    ['user:ada@example.com', 'ada@example.com', 'you'],
    ['token:ci', undefined, 'token ci'],
    ['system', undefined, 'Drover'],
    [undefined, undefined, 'somebody'],
  ])('names %s (I am %s) as %s', (actor, self, words) => {
    expect(personWords(actor, self)).toBe(words);
  });
});

describe('the numbers of an alert', () => {
  it.each([
    ['oldest_waiting', 1_267_874, '21 m 08 s'],
    ['processing_time', 41_200, '41.2 s'],
    ['error_rate', 6.25, '6.25 %'],
    ['queue_depth', 1_842, '1,842 jobs'],
    ['stalled', 3, '3'],
  ] as const)('of %s have its unit', (kind, value, words) => {
    expect(valueWords(kind, value)).toBe(words);
  });
});
