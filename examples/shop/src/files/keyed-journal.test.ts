import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { KeyedJournal } from './keyed-journal.js';

const at = new Date('2026-11-23T15:59:59Z');
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

test('of rows that many writers put under one key at once, one stands, and all writers agree which', async () => {
  const writers = Array.from({ length: 8 }, () => new KeyedJournal<{ by: number }>(folder.path));
  const puts = await Promise.all(writers.map((writer, by) => writer.put('order-1', at, { by })));

  expect(puts.filter((put) => !put.duplicate)).toHaveLength(1);
  expect(new Set(puts.map((put) => put.row.by)).size).toBe(1);
  expect(await new KeyedJournal(folder.path).rowsOf(at)).toEqual([puts[0]?.row]);
});

test('a key is found again after the hour has turned', async () => {
  const journal = new KeyedJournal<{ by: string }>(folder.path);
  await journal.put('charge-1', at, { by: 'first' });
  const again = await journal.put('charge-1', new Date('2026-11-23T16:00:01Z'), { by: 'second' });
  expect(again).toEqual({ row: { by: 'first' }, duplicate: true });
});

test('a record torn by a crash costs neither the rows before it nor those after', async () => {
  const journal = new KeyedJournal<{ n: number }>(folder.path);
  await journal.put('a', at, { n: 1 });
  await appendFile(join(folder.path, '2026-11-23T15.jsonl'), '\n{"key":"torn","ro');
  await journal.put('b', at, { n: 2 });
  expect(await new KeyedJournal(folder.path).rowsOf(at)).toEqual([{ n: 1 }, { n: 2 }]);
});

test('rows put at once share writes and all arrive', async () => {
  const journal = new KeyedJournal<{ n: number }>(folder.path);
  await Promise.all(Array.from({ length: 200 }, (_, n) => journal.put(`key-${n}`, at, { n })));
  const text = await readFile(join(folder.path, '2026-11-23T15.jsonl'), 'utf8');
  expect(text.split('\n').filter((line) => line !== '')).toHaveLength(200);
});
