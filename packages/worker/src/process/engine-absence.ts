import { performance } from 'node:perf_hooks';
import type { ProcessLog } from './process-log.js';

/** Whether the engine answers, told once when it goes and once when it is back. */
export class EngineAbsence {
  private sinceMs: number | null = null;

  constructor(private readonly log: ProcessLog) {}

  get lasts(): boolean {
    return this.sinceMs !== null;
  }

  begin(error: unknown): void {
    if (this.sinceMs !== null) return;
    this.sinceMs = performance.now();
    this.log('warn', 'engine away; trying until it is back', { error });
  }

  end(): void {
    if (this.sinceMs === null) return;
    const awayMs = Math.round(performance.now() - this.sinceMs);
    this.sinceMs = null;
    this.log('info', 'engine is back', { awayMs });
  }
}
