import { expect, it } from 'vitest';
import type { AuditEntry } from '../ports/audit-log.js';
import { boundedEntry } from './bounded-entry.js';

const entry = (details: unknown, part: Partial<AuditEntry> = {}): AuditEntry => ({
  atMs: 1,
  actor: 'user:ada',
  role: 'admin',
  from: '127.0.0.1',
  action: 'policy.update',
  target: 'queue:mail',
  result: 'done',
  details,
  ...part,
});
const detailsOf = (details: unknown) => boundedEntry(entry(details)).details;

it('leaves an ordinary entry as it is', () => {
  const usual = entry({ before: { minWorkers: 1, list: [1, null, true] }, after: { minWorkers: 2 } });
  expect(boundedEntry(usual)).toEqual(usual);
  expect(detailsOf(null)).toBeNull();
  expect(detailsOf(undefined)).toBeNull();
});

it('keeps no secret, by the name of its field at any depth or by its place in an address', () => {
  const text = JSON.stringify(
    detailsOf({
      password: 'hunter2',
      after: { smtp: { pass: 1, passPhrase: 'hunter2', nested: [{ apiKey: 'hunter2', 'X-Signature': 'hunter2' }] } },
      before: { url: 'redis://ada:hunter2@host:6379/0', list: ['smtps://hunter2@mail.example'] },
      Authorization: 'Bearer hunter2',
    }),
  );
  expect(text).not.toContain('hunter2');
  expect(text).toContain('redis://[removed]@host:6379/0');
});

it('bounds each part by itself, so that a huge one leaves the other readable', () => {
  const { before, after } = detailsOf({
    before: { minWorkers: 1 },
    after: Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 'x'.repeat(10_000)])),
  }) as { before: unknown; after: { cut: string } };
  expect(before).toEqual({ minWorkers: 1 });
  expect(after.cut.length).toBeLessThanOrEqual(4_000);
  const long = boundedEntry(entry(null, { target: 'x'.repeat(10_000), actor: 'y'.repeat(10_000) }));
  expect(long.target.length + long.actor.length).toBeLessThanOrEqual(600);
});

it('takes what has no end, no JSON form, or no place in a database', () => {
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  expect(JSON.stringify(detailsOf({ endless }))).toContain('…');
  expect(detailsOf({ big: 12n, none: undefined, at: new Date(0), never: new Date(Number.NaN), act: () => 1 })).toEqual({
    big: '12',
    none: null,
    at: '1970-01-01T00:00:00.000Z',
    never: null,
    act: null,
  });
  expect(detailsOf({ text: 'a\0b\ud800c', 'na\0me': '\u{1f411}' })).toEqual({
    text: 'a\ufffdb\ufffdc',
    'na\ufffdme': '\u{1f411}',
  });
});
