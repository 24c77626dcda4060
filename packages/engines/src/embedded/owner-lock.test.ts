import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { claimFolder } from './owner-lock.js';

let dir: string;
let lockFile: string;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  dir = mkdtempSync(join(tmpdir(), 'drover-owner-'));
  lockFile = join(dir, 'owner.json');
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true, force: true });
});

/** A claim as another container leaves it: there the same pid is another process. */
function claimOf(host: string, ageMs: number): void {
  writeFileSync(lockFile, JSON.stringify({ pid: process.pid, startedAt: 'in its own namespace', host }));
  age(ageMs);
}

function age(ms: number): void {
  const then = new Date(Date.now() - ms);
  utimesSync(lockFile, then, then);
}

it('refuses a folder that another container keeps claiming, whatever its pid means here', () => {
  claimOf('other-container', 10_000);
  expect(() => claimFolder(dir)).toThrow(/other-container/);
  expect(readFileSync(lockFile, 'utf8')).toContain('other-container');
});

it('takes over the claim of a container that is gone', () => {
  claimOf('other-container', 20_000);
  const release = claimFolder(dir);
  expect(JSON.parse(readFileSync(lockFile, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
  release();
});

it('takes over at once the claim of a process of this host that is gone', () => {
  claimOf(hostname(), 0);
  claimFolder(dir)();
});

it('keeps its own claim fresh until it is released', () => {
  const release = claimFolder(dir);
  age(60_000);
  vi.advanceTimersByTime(2_000);
  expect(Date.now() - statSync(lockFile).mtimeMs).toBeLessThan(5_000);
  release();
  expect(existsSync(lockFile)).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

it('neither freshens nor removes a claim that another container has taken over', () => {
  const release = claimFolder(dir);
  claimOf('other-container', 60_000);
  vi.advanceTimersByTime(2_000);
  expect(Date.now() - statSync(lockFile).mtimeMs).toBeGreaterThan(50_000);
  release();
  expect(existsSync(lockFile)).toBe(true);
});
