/** A worker process's limits: memory in MB (2^20 bytes) of resident memory, and its span of life. */
export interface MemoryLimits {
  /** Above it the worker is replaced. */
  readonly softLimitMB: number;
  /** Above it the worker is a danger to its host: it gets seconds. */
  readonly hardLimitMB: number;
  /** Share of the hard limit, percent, from which memory is worth a look. */
  readonly warningThresholdPercent: number;
  /** Attempts after which a worker is replaced; 0: never for that. */
  readonly afterJobs: number;
  /** Age in hours at which a worker is replaced; 0: never for that. */
  readonly afterHours: number;
}

export const defaultMemoryLimits: MemoryLimits = {
  softLimitMB: 384,
  hardLimitMB: 512,
  warningThresholdPercent: 80,
  afterJobs: 0,
  afterHours: 0,
};
