import type { WorkerReport } from '../fleet/report.js';

export interface WorkerNews {
  /** Last reports of workers that are gone, or hang; each is told once. */
  readonly lost: readonly WorkerReport[];
  /** Ids of workers that were told as lost, and speak again. */
  readonly back: readonly string[];
}

/**
 * Tells which workers ended without saying so, and which said that they crashed. A worker that
 * stopped in order is neither: it gave its jobs back.
 */
export class WorkerLosses {
  private readonly alive = new Map<string, WorkerReport>();
  private readonly lost = new Set<string>();

  /** `stored`: all reports there are; `speaking`: of workers that spoke lately. */
  look(stored: readonly WorkerReport[], speaking: readonly WorkerReport[]): WorkerNews {
    const lost: WorkerReport[] = [];
    const back: string[] = [];
    const speakers = new Set(speaking.map(({ workerId }) => workerId));
    const known = new Set(stored.map(({ workerId }) => workerId));
    for (const report of stored) {
      const { workerId, state, crashedWith = [] } = report;
      if (state === 'stopped') {
        this.alive.delete(workerId);
        if (crashedWith.length > 0 && !this.lost.has(workerId)) lost.push(report);
      } else if (speakers.has(workerId)) {
        this.alive.set(workerId, report);
        if (this.lost.delete(workerId)) back.push(workerId);
      } else {
        this.alive.delete(workerId);
        if (!this.lost.has(workerId)) lost.push(report);
      }
    }
    for (const [workerId, report] of this.alive) {
      if (known.has(workerId)) continue;
      this.alive.delete(workerId);
      lost.push(report);
    }
    for (const { workerId } of lost) this.lost.add(workerId);
    for (const workerId of this.lost) if (!known.has(workerId)) this.lost.delete(workerId);
    return { lost, back };
  }
}
