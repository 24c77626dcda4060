import { apiBasePath } from '@drover/contract';
import { Fault } from '@drover/core';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Auth } from '../auth/create-auth.js';
import type { Reads } from '../use-cases/reads.js';
import { createApi } from './api.js';
import { createAuthRoutes } from './auth-routes.js';
import { type Connection, callerOf } from './connection.js';
import { errorReply, faultReply, jsonReply } from './error-reply.js';
import { EventHub, type EventHubOptions } from './event-hub.js';
import { type ApiServices, createRouteHandlers } from './handlers/index.js';
import { securityHeaders } from './security-headers.js';
import { snapshotFeed } from './served-snapshot.js';
import { createStaticFiles } from './static-files.js';

export interface AppOptions {
  readonly reads: Reads;
  readonly services: ApiServices;
  readonly auth: Auth;
  readonly log: Logger;
  /** The built dashboard; without it only the API is served. */
  readonly dashboardDir?: string;
  /** True when a proxy of ours sets `X-Forwarded-For`, `-Host` and `-Proto`. */
  readonly trustProxy?: boolean;
  readonly events?: Pick<EventHubOptions, 'maxClients' | 'maxUnsentBytes' | 'heartbeatMs'>;
  readonly nowMs?: () => number;
}

export interface App {
  /** Answers a request; web standard, so that it mounts anywhere. Never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Open event streams. */
  eventClients(): number;
  /** Ends the event streams, so that a server can close. */
  close(): void;
}

export function createApp(options: AppOptions): App {
  const { reads, services, auth, log, trustProxy = false, nowMs = Date.now } = options;
  const feed = snapshotFeed(reads);
  const hub = new EventHub({ feed, log, ...options.events });
  const handlers = createRouteHandlers({ reads, feed, hub, nowMs, services });
  const api = createApi({ auth, handlers, changes: services.changes, nowMs, trustProxy, log });
  const files = options.dashboardDir === undefined ? undefined : createStaticFiles(options.dashboardDir);

  const app = new Hono<{ Bindings: Connection }>();
  // Of no interest to anybody but a probe, so neither asks who calls nor tells anything.
  app.get('/healthz', () => jsonReply({ ok: true }));
  app.get('/readyz', () => {
    if (reads.current() !== null && reads.status().engine.healthy) return jsonReply({ ok: true });
    return faultReply(new Fault('engine_unavailable', 'Drover is not ready.'));
  });
  app.route('/', createAuthRoutes({ auth, trustProxy, log }));
  app.all(`${apiBasePath}/*`, (context) => api(context.req.raw, context.env));
  app.notFound((context) => {
    const { pathname } = new URL(context.req.url);
    const isApi = pathname === '/api' || pathname.startsWith('/api/');
    const file = isApi ? undefined : files?.(context.req.raw, pathname === '/' ? '/index.html' : pathname);
    return file ?? faultReply(new Fault('not_found', 'There is nothing at this path.'));
  });
  app.onError((error) => errorReply(error, log));

  return {
    async fetch(request, connection = {}) {
      const response = await app.fetch(request, connection);
      const { secure } = callerOf(request, connection, trustProxy);
      for (const [name, value] of Object.entries(securityHeaders(secure))) response.headers.set(name, value);
      return response;
    },
    eventClients: () => hub.clients,
    close: () => hub.close(),
  };
}
