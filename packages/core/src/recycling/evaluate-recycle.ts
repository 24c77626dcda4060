import type { ProcessMemory } from '../fleet/report.js';

/** A worker process's memory limits in MB (2^20 bytes) of resident memory. */
export interface MemoryLimits {
  /** Above it the worker should be replaced. */
  readonly softLimitMB: number;
  /** Above it the worker is a danger to its host. */
  readonly hardLimitMB: number;
  /** Share of the hard limit, percent, from which memory is worth a look. */
  readonly warningThresholdPercent: number;
}

export const defaultMemoryLimits: MemoryLimits = {
  softLimitMB: 384,
  hardLimitMB: 512,
  warningThresholdPercent: 80,
};

/** Why a worker should be recycled, or `null` when it need not be. */
export function recycleReason(memory: ProcessMemory, limits: MemoryLimits): string | null {
  const rss = Math.round(memory.rss);
  if (memory.rss >= limits.hardLimitMB) return `Memory ${rss} MB is above the hard limit of ${limits.hardLimitMB} MB`;
  if (memory.rss >= limits.softLimitMB) return `Memory ${rss} MB is above the soft limit of ${limits.softLimitMB} MB`;
  return null;
}
