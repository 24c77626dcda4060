import type { RecordChange, RecordStore } from '@drover/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { OpenTestEngine } from '../engines/describe-engines.js';
import type { TestEngine } from '../engines/test-engine.js';
import { takeOver } from './take-over.js';

const START_MS = Date.UTC(2026, 0, 1);
/** Characters that mean something to a key, a statement, a pattern or a path. */
const hostile = [
  "a'; DROP TABLE record; --",
  'a:b:{c}',
  'a b =c ',
  '%2F%',
  '../ü\u{1f411}/*?[]',
  '',
  '\n\r\t',
  'x'.repeat(200),
];
/** The largest that is allowed, in characters of three bytes each. */
const wide = (length: number) =>
  Array.from({ length }, (_, index) => String.fromCharCode(0x4e00 + ((index * 7919) % 20_000))).join('');

type Put = Extract<RecordChange, { kind: 'put' }>;

function put(id: string, part: Partial<Put> = {}): Put {
  return { kind: 'put', collection: 'things', id, subject: 'mail', atMs: START_MS, value: { id }, ...part };
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

async function pagesOf(records: RecordStore, limit: number, subject?: string): Promise<string[]> {
  const ids: string[] = [];
  let before: { atMs: number; id: string } | undefined;
  for (;;) {
    const page = await records.query('things', { limit, ...(subject && { subject }), ...(before && { before }) });
    ids.push(...page.map(({ id }) => id));
    before = page.at(-1);
    if (page.length < limit) return ids;
  }
}

export function recordStoreSuite(open: OpenTestEngine): void {
  let test: TestEngine;
  let records: RecordStore;
  beforeEach(async () => {
    test = await open();
    records = test.engine.records;
  });

  it('keeps records and counts their versions', async () => {
    const value = { list: [], text: 'ä "quoted" \u2028 \0', none: null, big: 12345678901234 };
    const expected = { id: 'a', subject: 'mail', atMs: START_MS, version: 1, value };
    expect(await records.write([put('a', { value })])).toEqual([expected]);
    expect(await records.get('things', 'a')).toEqual(expected);
    expect(await records.write([put('a', { value: 2, atMs: START_MS + 5 })])).toMatchObject([{ version: 2, value: 2 }]);
    expect(await records.get('things', 'a')).toMatchObject({ version: 2, value: 2, atMs: START_MS + 5 });
    expect(await records.get('things', 'b')).toBeNull();
    expect(await records.get('others', 'a')).toBeNull();
    expect(await records.write([])).toEqual([]);
  });

  it('deletes, and counts anew for a record of the same id', async () => {
    await records.write([put('a'), put('b')]);
    expect(await records.write([{ kind: 'delete', collection: 'things', id: 'a' }])).toEqual([null]);
    expect(await records.write([{ kind: 'delete', collection: 'things', id: 'never' }])).toEqual([null]);
    expect(await records.get('things', 'a')).toBeNull();
    expect(await pagesOf(records, 10)).toEqual(['b']);
    expect(await pagesOf(records, 10, 'mail')).toEqual(['b']);
    expect(await records.write([put('a')])).toMatchObject([{ version: 1 }]);
  });

  it('writes only over the expected version, and tells the current record', async () => {
    await expect(records.write([put('a', { expectedVersion: 3 })])).rejects.toMatchObject({
      code: 'conflict',
      details: { current: null },
    });
    await records.write([put('a', { expectedVersion: 0, value: 'one' })]);
    await expect(records.write([put('a', { expectedVersion: 0 })])).rejects.toMatchObject({
      code: 'conflict',
      details: { current: { id: 'a', subject: 'mail', atMs: START_MS, version: 1, value: 'one' } },
    });
    expect(await records.write([put('a', { expectedVersion: 1, value: 'two' })])).toMatchObject([{ version: 2 }]);
    const stale = { kind: 'delete', collection: 'things', id: 'a', expectedVersion: 1 } as const;
    await expect(records.write([stale])).rejects.toMatchObject({ code: 'conflict' });
    expect(await records.get('things', 'a')).toMatchObject({ value: 'two' });
    expect(await records.write([{ ...stale, expectedVersion: 2 }])).toEqual([null]);
  });

  it('does all of the changes or none, over several collections', async () => {
    await records.write([put('a', { value: 'before' }), put('b', { collection: 'others', value: 'before' })]);
    const changes: RecordChange[] = [
      put('a', { value: 'after' }),
      { kind: 'delete', collection: 'others', id: 'b' },
      put('new', { collection: 'others' }),
      put('c', { expectedVersion: 7 }),
    ];
    await expect(records.write(changes)).rejects.toMatchObject({ code: 'conflict' });
    expect(await records.get('things', 'a')).toMatchObject({ value: 'before', version: 1 });
    expect(await records.get('others', 'b')).toMatchObject({ value: 'before' });
    expect(await records.get('others', 'new')).toBeNull();
    expect(await records.count('others')).toBe(1);
    const done = await records.write(changes.slice(0, 3));
    expect(done).toMatchObject([{ id: 'a', version: 2 }, null, { id: 'new', version: 1 }]);
    expect(await records.query('others', { limit: 10 })).toMatchObject([{ id: 'new' }]);
  });

  it('refuses a leader that was succeeded, and lets writes without a fence pass', async () => {
    const { stale, current } = await takeOver(test.engine, 'fenced-records');
    await expect(records.write([put('a')], stale)).rejects.toMatchObject({ code: 'fenced' });
    expect(await records.get('things', 'a')).toBeNull();
    await records.write([put('a')], current);
    await records.write([put('b')]);
    expect(await records.count('things')).toBe(2);
  });

  describe('two writers at once', () => {
    it('let one alone through at one version', async () => {
      const replica = await test.replica();
      await records.write([put('race')]);
      for (const [id, expectedVersion] of [
        ['race', 1],
        ['new', 0],
      ] as const) {
        const writes = await Promise.allSettled(
          range(10).map((index) =>
            (index % 2 ? replica.records : records).write([put(id, { expectedVersion, value: index })]),
          ),
        );
        expect(writes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const write of writes)
          if (write.status === 'rejected') expect(write.reason).toMatchObject({ code: 'conflict' });
      }
      expect(await replica.records.get('things', 'race')).toMatchObject({ version: 2 });
    });

    it('count every write, in whatever order each takes the records', async () => {
      const replica = await test.replica();
      const [forth, back] = [
        ['a', 'b', 'c'],
        ['c', 'b', 'a'],
      ];
      await Promise.all(
        range(20).map((index) =>
          (index % 2 ? replica.records : records).write(
            (index % 2 ? forth : back).map((id) => put(id, { collection: index % 3 ? 'things' : `things-${id}` })),
          ),
        ),
      );
      const versions = await Promise.all(
        ['a', 'b', 'c'].map(async (id) => {
          const inBoth = [await records.get('things', id), await records.get(`things-${id}`, id)];
          return inBoth.reduce((sum, record) => sum + (record?.version ?? 0), 0);
        }),
      );
      expect(versions).toEqual([20, 20, 20]);
    });
  });

  describe('a query', () => {
    it('answers newest first, and those of one instant in order of their ids', async () => {
      await records.write([
        put('b'),
        put('a'),
        put('c'),
        put('late', { atMs: START_MS + 1 }),
        put('early', { atMs: 1 }),
      ]);
      expect(await pagesOf(records, 10)).toEqual(['late', 'c', 'b', 'a', 'early']);
      expect(await records.query('nothing', { limit: 10 })).toEqual([]);
    });

    it('pages without shifting when records arrive, move or vanish', async () => {
      await records.write(range(12).map((index) => put(`r${index}`, { atMs: START_MS + index })));
      const first = await records.query('things', { limit: 4 });
      expect(first.map(({ id }) => id)).toEqual(['r11', 'r10', 'r9', 'r8']);
      const last = first.at(-1);
      await records.write([
        put('newest', { atMs: START_MS + 100 }),
        put('r8', { atMs: START_MS + 200 }),
        { kind: 'delete', collection: 'things', id: 'r10' },
      ]);
      const second = await records.query('things', { limit: 4, ...(last && { before: last }) });
      expect(second.map(({ id }) => id)).toEqual(['r7', 'r6', 'r5', 'r4']);
      const fourth = second.at(-1);
      await records.write([{ kind: 'delete', collection: 'things', id: 'r4' }]);
      const third = await records.query('things', { limit: 9, ...(fourth && { before: fourth }) });
      expect(third.map(({ id }) => id)).toEqual(['r3', 'r2', 'r1', 'r0']);
    });

    it('pages through many records of one instant', async () => {
      const ids = range(300).map((index) => `r${String(index).padStart(3, '0')}`);
      await records.write(ids.map((id) => put(id, { subject: id.endsWith('0') ? 'round' : 'mail' })));
      const newestFirst = [...ids].reverse();
      expect(await pagesOf(records, 7)).toEqual(newestFirst);
      expect(await pagesOf(records, 7, 'round')).toEqual(newestFirst.filter((id) => id.endsWith('0')));
      expect((await records.query('things', { limit: 250 })).map(({ id }) => id)).toEqual(newestFirst.slice(0, 250));
      const gone = { atMs: START_MS, id: 'r150-gone' };
      expect((await records.query('things', { limit: 1, before: gone })).map(({ id }) => id)).toEqual(['r150']);
      expect(await records.query('nothing', { limit: 1, before: gone })).toEqual([]);
    });

    it('and a count keep to a range, its start included and its end not, and to a subject', async () => {
      await records.write(
        range(10).map((index) => put(`r${index}`, { atMs: START_MS + index, subject: index % 2 ? 'odd' : '' })),
      );
      const ids = async (query: object) => (await records.query('things', { limit: 20, ...query })).map(({ id }) => id);
      const window = { sinceMs: START_MS + 2, untilMs: START_MS + 6 };
      expect(await ids(window)).toEqual(['r5', 'r4', 'r3', 'r2']);
      expect(await ids({ ...window, subject: 'odd' })).toEqual(['r5', 'r3']);
      expect(await ids({ ...window, subject: '' })).toEqual(['r4', 'r2']);
      expect(await ids({ ...window, before: { atMs: START_MS + 4, id: 'r4' } })).toEqual(['r3', 'r2']);
      expect(await ids({ subject: 'nobody' })).toEqual([]);
      expect(await ids({ sinceMs: START_MS + 100 })).toEqual([]);
      expect(await records.count('things', window)).toBe(4);
      expect(await records.count('things', { ...window, subject: 'odd' })).toBe(2);
      expect(await records.count('things', { subject: 'nobody' })).toBe(0);
      expect(await records.count('things')).toBe(10);
    });

    it('finds a record under its present subject and instant only', async () => {
      await records.write([put('a', { subject: 'old' }), put('b', { subject: 'old' })]);
      await records.write([put('a', { subject: 'new', atMs: START_MS + 50 })]);
      expect(await pagesOf(records, 10, 'old')).toEqual(['b']);
      expect(await pagesOf(records, 10, 'new')).toEqual(['a']);
      expect(await pagesOf(records, 10)).toEqual(['a', 'b']);
    });
  });

  it('prunes what is older than an instant, and nothing else', async () => {
    await records.write(range(450).map((index) => put(`r${index}`, { atMs: START_MS + index })));
    await records.write([put('other', { collection: 'others', atMs: 1 })]);
    expect(await records.prune('things', START_MS + 440)).toBe(440);
    expect(await records.prune('things', START_MS + 440)).toBe(0);
    expect(await records.count('things')).toBe(10);
    expect(await records.count('things', { subject: 'mail' })).toBe(10);
    expect(await records.get('things', 'r0')).toBeNull();
    expect(await records.count('others')).toBe(1);
  });

  it('takes any name as it stands', async () => {
    const collections = [...hostile.map((name) => name.slice(0, 100)), wide(100)];
    for (const collection of collections) {
      const ids = [...hostile, wide(200)];
      const subjects = [...hostile, wide(512)];
      await records.write(ids.map((id, index) => put(id, { collection, subject: subjects[index] ?? '', atMs: index })));
      for (const [index, id] of ids.entries()) {
        const expected = { id, subject: subjects[index], atMs: index, value: { id } };
        expect(await records.get(collection, id)).toMatchObject(expected);
        expect(await records.query(collection, { limit: 5, subject: subjects[index] ?? '' })).toMatchObject([expected]);
      }
      expect(await records.count(collection)).toBe(ids.length);
    }
  });

  it('refuses what it could not give back', async () => {
    const refused = async (change: RecordChange, code: string) =>
      expect(records.write([put('good'), change])).rejects.toMatchObject({ code });
    await refused(put('large', { value: 'x'.repeat(262_144) }), 'too_large');
    await refused(put('x'.repeat(201)), 'too_large');
    await refused(put('a', { subject: 'x'.repeat(513) }), 'too_large');
    await refused(put('a', { value: undefined }), 'invalid_input');
    await refused(put('a\0b'), 'invalid_input');
    await refused(put('a', { subject: '\ud800' }), 'invalid_input');
    await refused(put('a', { atMs: Number.NaN }), 'invalid_input');
    await refused(put('good'), 'invalid_input');
    await expect(records.write(range(501).map((index) => put(`r${index}`)))).rejects.toMatchObject({
      code: 'too_large',
    });
    const fat = range(40).map((index) => put(`r${index}`, { value: 'x'.repeat(250_000) }));
    await expect(records.write(fat)).rejects.toMatchObject({ code: 'too_large' });
    expect(await records.count('things')).toBe(0);
    await records.write(range(500).map((index) => put(`r${index}`)));
    expect(await records.count('things')).toBe(500);
  });
}
