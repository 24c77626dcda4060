/**
 * Resolves after a span, or at once when the signal aborts. The global timer rather than
 * `node:timers/promises`: test clocks replace only the former.
 */
export function rest(spanMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, spanMs);
    signal.addEventListener('abort', done, { once: true });
  });
}
