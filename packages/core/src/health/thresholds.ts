/** A limit at which a value is worth a look, and one at which someone should act. */
export interface Threshold {
  readonly warning: number;
  readonly critical: number;
}

export interface HealthThresholds {
  /** Jobs that could run now. */
  readonly queueDepth: Threshold;
  readonly oldestWaitingMs: Threshold;
  /** Failed attempts of finished attempts, percent, over 5 minutes. */
  readonly errorRate: Threshold;
  /** Timed-out attempts of finished attempts, percent, over 5 minutes. */
  readonly timeoutRate: Threshold;
  /** p95 over 5 minutes. */
  readonly processingMs: Threshold;
  /** RSS of the hard limit, percent, of the fullest worker. */
  readonly memoryPercent: Threshold;
  /** Shares of fewer finished attempts than this say nothing. */
  readonly minFinished: number;
}

export const defaultThresholds: HealthThresholds = {
  queueDepth: { warning: 1_000, critical: 5_000 },
  oldestWaitingMs: { warning: 300_000, critical: 900_000 },
  errorRate: { warning: 5, critical: 20 },
  timeoutRate: { warning: 2, critical: 10 },
  processingMs: { warning: 30_000, critical: 120_000 },
  memoryPercent: { warning: 80, critical: 95 },
  minFinished: 20,
};
