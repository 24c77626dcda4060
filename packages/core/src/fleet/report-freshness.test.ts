import { describe, expect, it } from 'vitest';
import type { WorkerReport } from './report.js';
import { ReportFreshness, SILENT_AFTER_MS } from './report-freshness.js';

const report = (workerId: string, reportedAtMs: number) => ({ workerId, reportedAtMs }) as WorkerReport;
const ids = (reports: readonly WorkerReport[]) => reports.map(({ workerId }) => workerId);
const TICK = 5_000;

describe('ReportFreshness', () => {
  it('drops a worker that stopped speaking, and takes it back when it speaks again', () => {
    const freshness = new ReportFreshness();
    const look = (nowMs: number, reportedAtMs: number) =>
      ids(freshness.speaking([report('a', nowMs), report('b', reportedAtMs)], nowMs, 2 * TICK));
    expect(look(0, 0)).toEqual(['a', 'b']);
    expect(look(TICK, 0)).toEqual(['a', 'b']);
    expect(look(2 * TICK, 0)).toEqual(['a']);
    expect(look(3 * TICK, 3 * TICK)).toEqual(['a', 'b']);
  });

  it('does not take an outage of the engine for the silence of everybody', () => {
    const freshness = new ReportFreshness();
    freshness.speaking([report('a', 0)], 0, TICK);
    expect(ids(freshness.speaking([report('a', 0)], 600_000, TICK))).toEqual(['a']);
  });

  it('does not care about the workers’ clocks', () => {
    const freshness = new ReportFreshness();
    const dayAgo = -86_400_000;
    for (let tick = 0; tick < 10; tick++) {
      expect(ids(freshness.speaking([report('a', dayAgo + tick)], tick * TICK, TICK))).toEqual(['a']);
    }
    expect(SILENT_AFTER_MS).toBeLessThan(10_000);
  });
});
