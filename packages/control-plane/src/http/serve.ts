import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '@drover/core';
import type { App } from './create-app.js';
import { nodeListener } from './node-listener.js';

export interface ServeOptions {
  /** 127.0.0.1 unless told: reachable from elsewhere only when somebody decides so. */
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port: number;
}

export interface HttpServer {
  readonly host: string;
  readonly port: number;
  /** Address to open, without a slash at the end. */
  readonly url: string;
  /** Takes no more requests, ends event streams, waits for replies under way, at most `graceMs` (5 s). */
  close(graceMs?: number): Promise<void>;
}

/** Listens; rejects with a fault that says what to do when it cannot. */
export async function serve(app: App, { host = '127.0.0.1', port }: ServeOptions): Promise<HttpServer> {
  const listener = nodeListener(app, { ownsProcess: true });
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 65_000 },
    (incoming, outgoing) => {
      void listener(incoming, outgoing);
    },
  );
  await listen(server, host, port);
  const { port: actual } = server.address() as AddressInfo;
  return {
    host,
    port: actual,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close(graceMs = 5_000) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      app.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, host, port)));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} on ${host} is in use, perhaps by another Drover. Stop that, or set PORT to another one.`;
    return new Fault('conflict', message, { cause: error });
  }
  if (error.code === 'EACCES') {
    return new Fault('forbidden', `Port ${port} may not be used by this user. Set PORT to one above 1023.`, {
      cause: error,
    });
  }
  if (error.code === 'EADDRNOTAVAIL') {
    return new Fault('invalid_input', `This machine has no address ${host}. Set HOST to one it has.`, { cause: error });
  }
  return error;
}
