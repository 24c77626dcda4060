import type { AlertNotifier } from '@drover/contract';
import { describe, expect, it } from 'vitest';
import { at } from '../../testing/queues.js';
import { notifierState, reachWords } from './notifiers.js';

const notifier = (changes: Partial<AlertNotifier> = {}): AlertNotifier => ({
  name: 'ops',
  kind: 'webhook',
  pending: 0,
  sending: false,
  failedAttempts: 0,
  ...changes,
});

describe('a notifier', () => {
  it.each<[Partial<AlertNotifier>, string, string]>([
    [{}, 'unused', 'Not used yet'],
    [{ lastSuccessAt: at(0) }, 'fine', 'Delivered'],
    [{ sending: true, lastSuccessAt: at(0) }, 'fine', 'Sending'],
    [{ sending: true, failedAttempts: 3, lastSuccessAt: at(0) }, 'failing', 'Failing, 3 attempts'],
    [{ lastFailureAt: at(9), lastSuccessAt: at(0) }, 'failing', 'Failed'],
    [{ lastFailureAt: at(0), lastSuccessAt: at(9) }, 'fine', 'Delivered'],
  ])('%o is %s: %s', (changes, tone, words) => {
    expect(notifierState(notifier(changes))).toEqual({ tone, words });
  });
});

describe('what reaches a notifier', () => {
  it('is said route by route', () => {
    expect(
      reachWords([
        { severity: 'critical' },
        { queues: ['newsletter'], kinds: ['error_rate', 'stalled'] },
        { afterOthers: true },
      ]),
    ).toEqual([
      'Critical: alerts of every queue',
      'Errors, Stalled jobs of newsletter',
      'Alerts of every queue that no earlier route took',
    ]);
  });

  it('is nothing where no route names it, and not known from an older server', () => {
    expect(reachWords([])).toEqual(['Nothing: no route names it']);
    expect(reachWords(undefined)).toEqual(['As the configuration says']);
  });
});
