import { describe, expect, it } from 'vitest';
import type { WorkerReport } from '../fleet/report.js';
import { WorkerLosses } from './worker-losses.js';

const report = (workerId: string, more: Partial<WorkerReport> = {}) =>
  ({ workerId, state: 'ready', ...more }) as WorkerReport;
const ids = (reports: readonly WorkerReport[]) => reports.map(({ workerId }) => workerId);

describe('losses of workers', () => {
  const [one, two] = [report('one'), report('two')];

  it('are told once: who fell silent, and who is no longer there', () => {
    const losses = new WorkerLosses();
    expect(losses.look([one, two], [one, two])).toEqual({ lost: [], back: [] });
    expect(ids(losses.look([one], []).lost)).toEqual(['one', 'two']);
    expect(losses.look([one], []).lost).toEqual([]);
    expect(losses.look([], []).lost).toEqual([]);
  });

  it('hold who was never seen alive: it was killed between two looks', () => {
    expect(ids(new WorkerLosses().look([one], []).lost)).toEqual(['one']);
  });

  it('do not hold those that stopped in order', () => {
    const losses = new WorkerLosses();
    losses.look([one, two], [one, two]);
    const stopped = report('one', { state: 'stopped' });
    // Its last report counts as speech for a while.
    expect(losses.look([stopped, two], [stopped, two]).lost).toEqual([]);
    expect(losses.look([two], [two]).lost).toEqual([]);
  });

  it('hold those that stopped by an error with jobs in hand, seen alive before or not', () => {
    const losses = new WorkerLosses();
    const crashed = report('one', { state: 'stopped', crashedWith: [{ jobId: '7', startedAtMs: 1 }] });
    expect(ids(losses.look([crashed], [crashed]).lost)).toEqual(['one']);
    expect(losses.look([crashed], []).lost).toEqual([]);
  });

  it('are taken back for who speaks again, who may be lost another time', () => {
    const losses = new WorkerLosses();
    losses.look([one], [one]);
    losses.look([one], []);
    expect(losses.look([one], [one])).toEqual({ lost: [], back: ['one'] });
    expect(ids(losses.look([one], []).lost)).toEqual(['one']);
  });
});
