import { ApiError } from './api-error.js';

/** Wait before attempt + 1: doubles from `firstMs`, at most `longestMs`; jitter keeps many clients from coming back at once. */
export function backoffMs(attempt: number, firstMs: number, longestMs: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 16));
  return Math.round(ceiling / 2 + (ceiling / 2) * Math.random());
}

/** Rejects with `aborted` as soon as the signal fires. */
export function wait(delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = () => {
      clearTimeout(timer);
      reject(new ApiError('The call was given up.', { code: 'aborted', status: 0 }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', give);
      resolve();
    }, delayMs);
    if (signal?.aborted) give();
    else signal?.addEventListener('abort', give, { once: true });
  });
}
