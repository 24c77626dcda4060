import { type AddressInfo, createServer, type Server } from 'node:net';

/** Listens on 127.0.0.1; port 0 lets the system pick. Resolves to the port. */
export function listenOnLoopback(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** The preferred port if it is free now, else another free one. Preferred 0 is no preference. */
export async function choosePort(preferred: number): Promise<number> {
  const server = createServer();
  try {
    return await listenOnLoopback(server, preferred);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return await listenOnLoopback(server, 0);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
