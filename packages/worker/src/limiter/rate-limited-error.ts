/**
 * A permit would take longer than the job may wait for it. Thrown out of the handler, the
 * job goes back to its queue until then, without using up an attempt.
 */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  readonly limiterName: string;
  /** When asking again can succeed, from now. */
  readonly retryAfterMs: number;

  constructor(limiterName: string, retryAfterMs: number) {
    super(`The limiter ${limiterName} grants no permit within ${Math.ceil(retryAfterMs)} ms`);
    this.limiterName = limiterName;
    this.retryAfterMs = retryAfterMs;
  }
}

/** By its shape: a handler may carry another copy of this package than its worker. */
export function isRateLimited(error: unknown): error is RateLimitedError {
  return (
    error instanceof Error &&
    error.name === 'RateLimitedError' &&
    Number.isFinite((error as Partial<RateLimitedError>).retryAfterMs)
  );
}
