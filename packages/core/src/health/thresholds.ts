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
  /** Time that workers waited for a rate limit, percent, over 5 minutes. */
  readonly rateLimitedPercent: Threshold;
  /** Shares of fewer finished attempts than this say nothing. */
  readonly minFinished: number;
}

/** How long a value must stand before an alert follows it. Health judges the instant; alerts add time. */
export interface AlertTiming {
  /** A limit must be exceeded without a break for this long before an alert fires or gets worse. */
  readonly alertAfterMs: number;
  /** A value must be clear of its limit, by the margin, for this long before an alert gets better or resolves. */
  readonly resolveAfterMs: number;
  /** How far below its limit a value counts as clear, percent of the limit. */
  readonly resolveMarginPercent: number;
}

/** Everything that decides what is wrong with a queue, and when somebody is told. */
export interface Thresholds extends HealthThresholds, AlertTiming {}

/** The same limits, each lower by the margin: what a value must get below to be clear of them. */
export function withMargin(thresholds: Thresholds): HealthThresholds {
  const factor = 1 - thresholds.resolveMarginPercent / 100;
  const lower = ({ warning, critical }: Threshold): Threshold => ({
    warning: warning * factor,
    critical: critical * factor,
  });
  return {
    queueDepth: lower(thresholds.queueDepth),
    oldestWaitingMs: lower(thresholds.oldestWaitingMs),
    errorRate: lower(thresholds.errorRate),
    timeoutRate: lower(thresholds.timeoutRate),
    processingMs: lower(thresholds.processingMs),
    memoryPercent: lower(thresholds.memoryPercent),
    rateLimitedPercent: lower(thresholds.rateLimitedPercent),
    // A queue whose traffic hovers around the number would otherwise be judged at every other tick.
    minFinished: Math.ceil(thresholds.minFinished / 2),
  };
}

export const defaultThresholds: Thresholds = {
  queueDepth: { warning: 1_000, critical: 5_000 },
  oldestWaitingMs: { warning: 300_000, critical: 900_000 },
  errorRate: { warning: 5, critical: 20 },
  timeoutRate: { warning: 2, critical: 10 },
  processingMs: { warning: 30_000, critical: 120_000 },
  memoryPercent: { warning: 80, critical: 95 },
  // A limiter at work is no fault; one that lets nothing through for five minutes is.
  rateLimitedPercent: { warning: 80, critical: 100 },
  minFinished: 20,
  alertAfterMs: 60_000,
  resolveAfterMs: 120_000,
  resolveMarginPercent: 10,
};
