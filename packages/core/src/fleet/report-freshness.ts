import type { WorkerReport } from './report.js';

/** Four missed reports: a worker that is that late is gone, or its loop is blocked. */
export const SILENT_AFTER_MS = 8_000;

/**
 * Tells which workers still speak. A worker that was killed leaves its last report behind,
 * which says "ready" until it expires a minute later.
 *
 * Silence is counted over looks that succeeded, by the looker's own clock: workers' clocks
 * may differ from ours, and an engine that was away silences everybody.
 */
export class ReportFreshness {
  private readonly seen = new Map<string, { readonly reportedAtMs: number; readonly silentMs: number }>();
  private lookedAtMs: number | null = null;

  /** The reports of workers that spoke lately. Call once per look; `maxGapMs` caps what one look can count as silence. */
  speaking(reports: readonly WorkerReport[], nowMs: number, maxGapMs: number): readonly WorkerReport[] {
    const gapMs = Math.min(maxGapMs, Math.max(0, nowMs - (this.lookedAtMs ?? nowMs)));
    this.lookedAtMs = nowMs;
    const speaking = reports.filter(({ workerId, reportedAtMs }) => {
      const before = this.seen.get(workerId);
      const silentMs = before?.reportedAtMs === reportedAtMs ? before.silentMs + gapMs : 0;
      this.seen.set(workerId, { reportedAtMs, silentMs });
      return silentMs < SILENT_AFTER_MS;
    });
    const present = new Set(reports.map(({ workerId }) => workerId));
    for (const workerId of this.seen.keys()) if (!present.has(workerId)) this.seen.delete(workerId);
    return speaking;
  }
}
