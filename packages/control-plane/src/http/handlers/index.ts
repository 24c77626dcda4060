import { type RouteName, type Routes, routes } from '@drover/contract';
import type { AuditService } from '../../use-cases/audit/audit-service.js';
import type { TopicFeed } from '../../use-cases/live-topics.js';
import { createAuditHandlers } from './audit.js';
import { createMonitoringHandlers, type MonitoringHandlerOptions } from './monitoring.js';
import type { RouteHandler } from './route-context.js';

/** Routes that the table calls served: each must have a handler, and no other may. */
export type ServedRoute = { [N in RouteName]: Routes[N]['served'] extends true ? N : never }[RouteName];

export type RouteHandlers = { readonly [N in ServedRoute]: RouteHandler<N> };

/** What the handlers call: one service for each area of the API. */
export interface ApiServices {
  readonly audit: AuditService;
  readonly topics: TopicFeed;
}

export type HandlerOptions = MonitoringHandlerOptions & { readonly services: ApiServices };

export function createRouteHandlers(options: HandlerOptions): RouteHandlers {
  return {
    ...createMonitoringHandlers(options),
    ...createAuditHandlers(options.services.audit),
  };
}

export function isServed(name: RouteName): name is ServedRoute {
  return routes[name].served;
}
