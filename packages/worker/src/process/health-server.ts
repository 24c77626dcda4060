import type { AddressInfo } from 'node:net';

export type WorkerState = 'starting' | 'ready' | 'draining';

/**
 * Answers the probes of a container's platform from the event loop: `/healthz` as long as the
 * loop turns (one that is blocked loses its jobs' locks, and is best restarted), `/readyz` while
 * jobs are taken. Not the engine's state: restarting a worker mends no database.
 */
export async function startHealthServer(port: number, state: () => WorkerState): Promise<number> {
  // Not imported: a worker under a supervisor needs none and would pay for it in memory, and
  // from its code cache an `import()` cannot be made.
  const { createServer } = process.getBuiltinModule('node:http');
  const server = createServer((request, response) => {
    const isReady = request.url === '/readyz' ? state() === 'ready' : request.url === '/healthz';
    response.writeHead(isReady ? 200 : request.url === '/readyz' ? 503 : 404, { 'Content-Type': 'text/plain' });
    response.end(`${state()}\n`);
  });
  server.unref();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, resolve);
  });
  return (server.address() as AddressInfo).port;
}
