import { apiBasePath } from '@drover/contract';
import { Fault } from '@drover/core';
import { Hono } from 'hono';
import type { KedaMetrics } from '../actuators/keda/keda-metrics.js';
import type { Auth } from '../auth/create-auth.js';
import { ownAccess } from './access.js';
import { createAuthRoutes } from './auth-routes.js';
import { type Connection, callerOf } from './connection.js';
import { type ApiHandler, type ApiHandlerOptions, createApiHandler } from './create-api-handler.js';
import { errorReply, faultReply, jsonReply } from './error-reply.js';
import { securityHeaders } from './security-headers.js';
import { createStaticFiles } from './static-files.js';

export interface AppOptions extends Omit<ApiHandlerOptions, 'access' | 'basePath'> {
  readonly auth: Auth;
  /** The built dashboard; without it only the API is served. */
  readonly dashboardDir?: string;
  /** Answers KEDA's metrics-api; without it the path is not there. */
  readonly kedaMetrics?: KedaMetrics;
}

const docsPath = `${apiBasePath}/docs`;

export type App = ApiHandler;

/** Everything that Drover serves: the API, sign-in, probes, and the dashboard. */
export function createApp(options: AppOptions): App {
  const { reads, auth, log, trustProxy = false } = options;
  const api = createApiHandler({ ...options, access: ownAccess(auth), accounts: auth });
  const files = options.dashboardDir === undefined ? undefined : createStaticFiles(options.dashboardDir);

  const app = new Hono<{ Bindings: Connection }>();
  // Of no interest to anybody but a probe, so neither asks who calls nor tells anything.
  app.get('/healthz', () => jsonReply({ ok: true }));
  app.get('/readyz', () => {
    if (reads.current() !== null && reads.status().engine.healthy) return jsonReply({ ok: true });
    return faultReply(new Fault('engine_unavailable', 'Drover is not ready.'));
  });
  const { kedaMetrics } = options;
  // A token that leads nowhere else: KEDA need not be an administrator.
  if (kedaMetrics) {
    app.get('/keda/metrics/:queueName', async ({ req }) =>
      jsonReply(await kedaMetrics(req.param('queueName'), req.header('authorization') ?? null)),
    );
  }
  app.route('/', createAuthRoutes({ auth, trustProxy, log }));
  // People who read come back to the page once they have signed in; the API's own answer would be an error in JSON.
  app.get(docsPath, async (context) => {
    const response = await api.fetch(context.req.raw, context.env);
    return response.status === 401 ? context.redirect(`/sign-in?back=${encodeURIComponent(docsPath)}`) : response;
  });
  app.all('/metrics', (context) => api.metrics(context.req.raw, context.env));
  app.all(`${apiBasePath}/*`, (context) => api.fetch(context.req.raw, context.env));
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
    metrics: api.metrics,
    eventClients: api.eventClients,
    close: api.close,
  };
}
