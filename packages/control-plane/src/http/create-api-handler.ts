import { apiBasePath } from '@drover/contract';
import { Fault } from '@drover/core';
import type { Logger } from 'pino';
import type { Auth } from '../auth/create-auth.js';
import type { Reads } from '../use-cases/reads.js';
import type { Access } from './access.js';
import { createApi } from './api.js';
import type { Connection } from './connection.js';
import { createDocsPages } from './docs/docs-pages.js';
import { faultReply } from './error-reply.js';
import { EventHub, type EventHubOptions } from './event-hub.js';
import { type ApiServices, createRouteHandlers } from './handlers/index.js';
import { createMetricsPage, type MetricsOptions } from './metrics/metrics-page.js';
import { snapshotFeed } from './served-snapshot.js';

export interface ApiHandlerOptions {
  readonly reads: Reads;
  readonly services: ApiServices;
  readonly access: Access;
  /** Accounts and tokens to manage; absent where somebody else knows who people are. */
  readonly accounts?: Auth;
  readonly log: Logger;
  /** True when a proxy of ours sets `X-Forwarded-For`, `-Host` and `-Proto`. */
  readonly trustProxy?: boolean;
  /** Path that the API is mounted at; the guide's unless told. */
  readonly basePath?: string;
  readonly events?: Pick<EventHubOptions, 'maxClients' | 'maxUnsentBytes' | 'heartbeatMs'>;
  readonly nowMs?: () => number;
  readonly metrics?: MetricsOptions;
}

export interface ApiHandler {
  /** Answers a request to a path below the base; web standard, so that it mounts anywhere. Never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Answers a scrape, at whatever path: also below the base, as `/metrics`. Never rejects. */
  metrics(request: Request, connection?: Connection): Promise<Response>;
  /** Open event streams. */
  eventClients(): number;
  /** Ends the event streams, so that a server can close. */
  close(): void;
}

/** The API alone: no sign-in, no dashboard. */
export function createApiHandler(options: ApiHandlerOptions): ApiHandler {
  const { reads, services, access, log, trustProxy = false, basePath = apiBasePath, nowMs = Date.now } = options;
  const feed = snapshotFeed(reads);
  const hub = new EventHub({ feed, topics: services.topics, log, ...options.events });
  const handlers = createRouteHandlers({ reads, feed, hub, nowMs, services, accounts: options.accounts });
  const docs = createDocsPages({ version: () => reads.status().version, basePath });
  const api = createApi({ access, docs, handlers, trail: services.audit.trail, trustProxy, basePath, log });
  const page = createMetricsPage({
    ...{ reads, access, trustProxy, nowMs, log },
    ...(options.metrics && { metrics: options.metrics }),
  });
  const metricsPath = `${basePath}/metrics`;
  return {
    async fetch(request, connection = {}) {
      if (new URL(request.url, 'http://localhost').pathname === metricsPath) return page(request, connection);
      if (isBelow(basePath, request)) return api(request, connection);
      return faultReply(new Fault('not_found', `The API is below ${basePath}.`));
    },
    metrics: (request, connection = {}) => page(request, connection),
    eventClients: () => hub.clients,
    close: () => hub.close(),
  };
}

/** Whether a request is for a path below the base. */
export function isBelow(basePath: string, request: Pick<Request, 'url'>): boolean {
  return new URL(request.url, 'http://localhost').pathname.startsWith(`${basePath}/`);
}
