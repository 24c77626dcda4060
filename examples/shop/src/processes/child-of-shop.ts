/** Messages between the start script and the processes it forks. */
export type ToChild = { readonly type: 'stop' } | { readonly type: 'guard'; readonly pid: number };

export interface FromChild {
  readonly type: 'ready';
}

/**
 * Ties this process to the start script's life: `stop` runs once, when the script asks for it or when it is gone
 * without asking (kill -9 closes the channel), and then the process exits.
 */
export function stopWithParent(
  stop: (orphaned: boolean) => Promise<void>,
  onMessage?: (message: ToChild) => void,
): void {
  if (process.send === undefined) {
    console.error('This process belongs to the shop: start it with dist/start.js');
    process.exit(1);
  }
  let stopping = false;
  const stopOnce = (orphaned: boolean): void => {
    if (stopping) return;
    stopping = true;
    stop(orphaned).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('message', (message: ToChild) => {
    if (message.type === 'stop') stopOnce(false);
    else onMessage?.(message);
  });
  process.on('disconnect', () => stopOnce(true));
  // Gone already, before anybody listened.
  if (!process.connected) stopOnce(true);
  // Ctrl-C reaches the whole terminal group; the start script decides the order in which we stop.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
}
