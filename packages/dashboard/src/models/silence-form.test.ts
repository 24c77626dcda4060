import { alertsRouteSchemas } from '@drover/contract/schemas';
import { describe, expect, it } from 'vitest';
import { at, ms } from '../../testing/queues.js';
import { newSilence, scopeWords, silenceProblems, silenceRequest, silenceWhen } from './silence-form.js';

const now = ms(0);
const draft = { ...newSilence, why: ' a deployment ' };

describe('a new silence', () => {
  it('covers everything for an hour unless told', () => {
    expect(silenceRequest(draft, now)).toEqual({ until: at(3_600).toISOString(), why: 'a deployment' });
  });

  it('says queue and kind where they are chosen', () => {
    const request = silenceRequest({ ...draft, queueName: 'mail', kind: 'error_rate', span: '30m' }, now);
    expect(request).toEqual({
      queueName: 'mail',
      kind: 'error_rate',
      until: at(1_800).toISOString(),
      why: 'a deployment',
    });
  });

  it.each([
    [{ why: ' ' }, 'why', /Say why/],
    [{ why: 'x'.repeat(501) }, 'why', /at most 500/],
    [{ span: 'until' as const }, 'until', /when it ends/],
    [{ span: 'until' as const, until: '2020-01-01T00:00' }, 'until', /over already/],
    [{ span: 'until' as const, until: '2035-01-01T00:00' }, 'until', /90 days/],
  ])('with %o is refused at its field', (change, field, problem) => {
    expect(silenceProblems({ ...draft, ...change }, now).fields[field]).toMatch(problem);
  });

  it('without problems is what the server takes', () => {
    const { body } = alertsRouteSchemas.createAlertSilence;
    for (const span of ['30m', '1h', '4h', '24h', '7d'] as const) {
      expect(silenceProblems({ ...draft, span }, now)).toEqual({ fields: {} });
      expect(body.safeParse(silenceRequest({ ...draft, span }, now)).success).toBe(true);
    }
  });
});

describe('a silence in words', () => {
  it.each([
    [{}, 'All alerts of every queue'],
    [{ queueName: 'mail' }, 'All alerts of mail'],
    [{ kind: 'error_rate' as const }, 'Errors of every queue'],
    [{ queueName: 'mail', kind: 'stalled' as const }, 'Stalled jobs of mail'],
  ])('%o covers %s', (scope, words) => {
    expect(scopeWords(scope)).toBe(words);
  });

  it('begins or ends', () => {
    expect(silenceWhen({ from: at(7_200), until: at(9_000) }, now)).toBe('begins in 2 h');
    expect(silenceWhen({ from: at(-60), until: at(1_800) }, now)).toBe('ends in 30 min');
  });
});
