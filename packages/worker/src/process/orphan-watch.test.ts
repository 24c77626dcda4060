import type { DesiredWorkerState } from '@drover/core';
import { expect, it } from 'vitest';
import { OrphanWatch } from './orphan-watch.js';

const adoptedBy = (supervisorPid: number): DesiredWorkerState => ({
  version: 1,
  run: 'run',
  reason: 'adopted',
  graceMs: 0,
  supervisorPid,
});

function watch(hasChannel: boolean, alive: ReadonlySet<number> = new Set()): OrphanWatch {
  return new OrphanWatch(hasChannel, { adoptWithinMs: 15_000, isAlive: (pid) => alive.has(pid) });
}

it('gives up when nobody adopts in time', () => {
  const orphan = watch(true);
  orphan.disconnected(1_000);
  expect(orphan.waiting).toBe(true);
  expect([orphan.isAbandoned(15_999), orphan.isAbandoned(16_000)]).toEqual([false, true]);
});

it('is nobody’s orphan when it was started by hand', () => {
  const orphan = watch(false);
  expect(orphan.desired(adoptedBy(7))).toBe(false);
  expect(orphan.isAbandoned(1_000_000)).toBe(false);
});

it('stays with its adopter, and waits again when that is gone', () => {
  const alive = new Set([7]);
  const orphan = watch(true, alive);
  orphan.disconnected(0);
  expect(orphan.desired(adoptedBy(7))).toBe(true);
  expect(orphan.isAbandoned(1_000_000)).toBe(false);
  alive.clear();
  expect(orphan.isAbandoned(1_000_000)).toBe(false);
  expect(orphan.isAbandoned(1_015_000)).toBe(true);
});

it('knows an adopter that came before the end of the old supervisor was heard of', () => {
  const orphan = watch(true, new Set([7]));
  expect(orphan.desired(adoptedBy(7))).toBe(false);
  orphan.disconnected(0);
  expect(orphan.waiting).toBe(false);
  expect(orphan.isAbandoned(1_000_000)).toBe(false);
});
