import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { TroubleBoard } from './trouble-board.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let nowMs = Date.parse('2026-11-23T12:00:00Z');

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => folder.remove());

const board = () => new TroubleBoard(join(folder.path, 'troubles.json'), () => nowMs);
const inSeconds = (seconds: number) => new Date(nowMs + seconds * 1_000).toISOString();

test('a trouble started by one process is seen by another within a second, and ends by itself', async () => {
  const handler = board();
  expect(await handler.find('search-slow')).toBeUndefined();
  await board().start('search-slow', { until: inSeconds(30) });
  expect(await handler.find('search-slow')).toBeUndefined();
  nowMs += 1_000;
  expect(await handler.find('search-slow')).toBeDefined();
  nowMs += 29_000;
  expect(await handler.find('search-slow')).toBeUndefined();
});

test('ending one trouble leaves the others on', async () => {
  await board().start('payments-broken', { until: inSeconds(60) });
  await board().start('flash-sale', { until: inSeconds(60), times: 7 });
  expect(await board().end(['payments-broken', 'payments-slow'])).toEqual(['payments-broken']);
  expect(Object.keys(await board().all())).toEqual(['flash-sale']);
  expect((await board().find('flash-sale'))?.times).toBe(7);
});
