/**
 * Why an attempt failed, and the reason of its signal's abort. An ordinary error to BullMQ:
 * attempts and backoff apply. `cause` is what the handler threw when its signal was aborted.
 */
export class JobTimeoutError extends Error {
  override readonly name = 'TimeoutError';
  readonly code = 'JOB_TIMED_OUT';
  readonly timeoutMs: number;

  constructor(timeoutMs: number, options?: { readonly cause: unknown }) {
    super(`Timed out: it ran longer than ${timeoutMs} ms`, options);
    this.timeoutMs = timeoutMs;
  }
}
