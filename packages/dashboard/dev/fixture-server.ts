import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FixtureWorld } from './fixture-world.js';

/** Serves the built dashboard with made-up answers, for looking at it and for its browser checks. */

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** As the control plane's. */
const policy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "base-uri 'none'",
].join('; ');

export interface FixtureOptions {
  queues: number;
  tickMs?: number;
  /** Starts signed out. */
  signedOut?: boolean;
  /** Answers of the API come this late. */
  delayMs?: number;
  streamBroken?: boolean;
}

export interface Fixture {
  readonly url: string;
  readonly world: FixtureWorld;
  readonly server: Server;
  close(): Promise<void>;
}

export async function startFixture(options: FixtureOptions): Promise<Fixture> {
  const world = new FixtureWorld(options.queues);
  let signedIn = !options.signedOut;
  let attempts = 0;
  const streams = new Set<ServerResponse>();
  const timer = setInterval(() => {
    const delta = world.delta();
    for (const stream of streams) sendEvent(stream, 'delta', `1-${delta.seq}`, delta);
  }, options.tickMs ?? 5_000);

  const api = (url: URL, response: ServerResponse): unknown => {
    const path = url.pathname.replace('/api/admin/queue-system', '');
    const snapshot = world.snapshot();
    const name = decodeURIComponent(/^\/queues\/([^/]+)\//.exec(path)?.[1] ?? '');
    switch (path) {
      case '/dashboard':
        return snapshot.dashboard;
      case '/health':
        return snapshot.health;
      case '/status':
        return snapshot.status;
      case '/queues/health':
        return snapshot.queues;
      case '/queues/trends':
        return world.trends(Number(url.searchParams.get('rangeMs') ?? 3_600_000));
      case '/workers/memory':
        return snapshot.workers;
      case '/memory/current':
        return snapshot.memory;
    }
    if (path === '/alerts') return world.alerts();
    if (path.startsWith('/scaling/history/')) {
      return { queueName: decodeURIComponent(path.slice('/scaling/history/'.length)), history: [] };
    }
    if (path.endsWith('/execution-stats')) return world.executionStats(name) ?? notFound(response);
    if (path.endsWith('/metrics')) {
      const current = world.current(name);
      if (!current) return notFound(response);
      const toMs = Date.parse(url.searchParams.get('until') ?? '') || Date.now();
      const fromMs = Date.parse(url.searchParams.get('since') ?? '') || toMs - 3_600_000;
      const stepMs = Number(url.searchParams.get('stepMs') ?? 10_000);
      return { current, history: world.metrics(name, fromMs, toMs, stepMs), stepMs };
    }
    return notFound(response);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Content-Security-Policy', policy);
    if (url.pathname.startsWith('/api/auth/')) {
      const body = await readBody(request);
      const user = { id: '1', name: 'Ada Byron', email: 'ada@example.com', role: 'admin' };
      if (url.pathname.endsWith('/session')) return json(response, signedIn ? { user, expires: '2099-01-01' } : {});
      if (url.pathname.endsWith('/csrf')) return json(response, { csrfToken: 'token' });
      if (url.pathname.endsWith('/signout')) signedIn = false;
      else if (JSON.parse(body).password === 'right') signedIn = true;
      else {
        attempts += 1;
        response.statusCode = attempts > 3 ? 429 : 401;
        if (attempts > 3) response.setHeader('Retry-After', '20');
      }
      return json(response, { url: '/' });
    }
    if (url.pathname.startsWith('/api/')) {
      if (!signedIn) {
        response.statusCode = 401;
        return json(response, { success: false, error: 'Sign in first.', code: 'unauthenticated' });
      }
      if (options.delayMs) await new Promise((resolve) => setTimeout(resolve, options.delayMs));
      if (!url.pathname.endsWith('/events')) return json(response, api(url, response));
      if (options.streamBroken) {
        response.statusCode = 503;
        return json(response, { success: false, error: 'No stream.', code: 'engine_unavailable' });
      }
      response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return sendEvent(response, 'snapshot', `1-${world.seq}`, world.snapshot());
    }
    const file = extname(url.pathname) === '' ? 'index.html' : normalize(url.pathname);
    try {
      const bytes = await readFile(join(dist, file));
      response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
      response.end(bytes);
    } catch {
      response.statusCode = 404;
      response.end();
    }
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    server,
    close: async () => {
      clearInterval(timer);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function json(response: ServerResponse, body: unknown): void {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

function notFound(response: ServerResponse): unknown {
  response.statusCode = 404;
  return { success: false, error: 'There is no such queue.', code: 'not_found' };
}

function sendEvent(response: ServerResponse, event: string, id: string, data: unknown): void {
  response.write(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}
