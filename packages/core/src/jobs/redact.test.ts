import { describe, expect, it } from 'vitest';
import { parseRedactionRule, REDACTED, redact, scrub, scrubCut } from './redact.js';

const rules = (...texts: string[]) =>
  texts.map((text) => {
    const rule = parseRedactionRule(text);
    if (rule === null) throw new Error(`${text} is no rule`);
    return rule;
  });

describe('redaction', () => {
  it.each([
    ['a path', ['data.card.number'], { card: { number: '4242', cvc: 1 } }, { card: { number: REDACTED, cvc: 1 } }],
    ['a path in another case', ['data.Card.NUMBER'], { cARD: { number: 1 } }, { cARD: { number: REDACTED } }],
    ['a whole branch', ['data.card'], { card: { number: 1 } }, { card: REDACTED }],
    [
      'a list on the way',
      ['data.cards.number'],
      { cards: [{ number: 1 }, [{ number: 2 }]] },
      { cards: [{ number: REDACTED }, [{ number: REDACTED }]] },
    ],
    ['a place in a list', ['data.cards.1'], { cards: ['a', 'b'] }, { cards: ['a', REDACTED] }],
    [
      'any one key',
      ['data.*.pin'],
      { a: { pin: 1 }, b: { c: { pin: 2 } } },
      { a: { pin: REDACTED }, b: { c: { pin: 2 } } },
    ],
    [
      'any place',
      ['*.password'],
      { password: 1, a: [{ b: { Password: 2 } }] },
      { password: REDACTED, a: [{ b: { Password: REDACTED } }] },
    ],
    [
      'any place, further',
      ['*.user.mail'],
      { x: { user: { mail: 1 } }, mail: 2 },
      { x: { user: { mail: REDACTED } }, mail: 2 },
    ],
    ['another value', ['result.token'], { token: 1 }, { token: 1 }],
    ['an empty payload', ['data.token'], null, null],
  ] as const)('takes out %s', (_, texts, value, expected) => {
    expect(redact(rules(...texts), 'data', value).value).toEqual(expected);
  });

  it('leaves the value that it was given as it was, and keys that are names of JavaScript', () => {
    const value = JSON.parse('{"__proto__":{"token":"abcd"},"constructor":1}');
    const copied = redact(rules('*.token'), 'data', value);
    expect(JSON.stringify(copied.value)).toBe(`{"__proto__":{"token":"${REDACTED}"},"constructor":1}`);
    expect(JSON.stringify(value)).toContain('abcd');
  });

  it('knows what it took out, so that texts that quote it lose it too', () => {
    const { secrets } = redact(rules('data.card'), 'data', {
      card: { number: 42424242, name: 'Ada "L"', cvc: 7 },
      id: 5,
    });
    expect(scrub('no card 42424242 of Ada "L" (7); {"name":"Ada \\"L\\""}', secrets)).toBe(
      `no card ${REDACTED} of ${REDACTED} (7); {"name":"${REDACTED}"}`,
    );
  });

  it.each([
    ['something, however short', { card: { cvc: 7 } }, true],
    ['nothing', { to: 'ada' }, false],
    ['nothing, where the path ends early', { card: 4242 }, false],
  ])('tells that it took out %s', (_, value, hidden) => {
    expect(redact(rules('data.card.cvc'), 'data', value).hidden).toBe(hidden);
  });

  it.each([
    ['no card 4242-42', `no card ${REDACTED}`],
    ['no card 4242-4242-4242 of 4242-4242-42', `no card ${REDACTED} of ${REDACTED}`],
    ['no card 42', 'no card 42'],
    ['no card', 'no card'],
  ])('takes the beginning of a secret off the end of a cut text: %s', (text, left) => {
    expect(scrubCut(text, ['4242-4242-4242'])).toBe(left);
  });

  it('ends what is nested without end', () => {
    let deep: unknown = 'bottom';
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    expect(JSON.stringify(redact([], 'data', deep).value)).toContain('too deep');
  });

  it.each(['', 'data', 'data.', '.x', 'card.number', 'data..x', '*'])('does not take "%s" for a rule', (text) => {
    expect(parseRedactionRule(text)).toBeNull();
  });
});
