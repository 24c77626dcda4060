import type { WireFaultCode } from './faults.js';
import { type AccessRouteTypes, accessRoutes } from './routes/access.js';
import { type AlertsRouteTypes, alertsRoutes } from './routes/alerts.js';
import { type AuditRouteTypes, auditRoutes } from './routes/audit.js';
import { type JobsRouteTypes, jobsRoutes } from './routes/jobs.js';
import { type MemoryRouteTypes, memoryRoutes } from './routes/memory.js';
import { type MonitoringRouteTypes, monitoringRoutes } from './routes/monitoring.js';
import { type OperationsRouteTypes, operationsRoutes } from './routes/operations.js';
import { type QuarantineRouteTypes, quarantineRoutes } from './routes/quarantine.js';
import { type RateLimitsRouteTypes, rateLimitsRoutes } from './routes/rate-limits.js';
import type { Route } from './routes/route.js';
import { type ScalingRouteTypes, scalingRoutes } from './routes/scaling.js';
import { type SchedulesRouteTypes, schedulesRoutes } from './routes/schedules.js';
import { type TimeoutsRouteTypes, timeoutsRoutes } from './routes/timeouts.js';
import { type WhatIfRouteTypes, whatIfRoutes } from './routes/what-if.js';

export const apiBasePath = '/api/admin/queue-system';

/** What any route can answer. */
export const commonFaults = [
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'rate_limited',
  'internal',
  'engine_unavailable',
] as const satisfies readonly WireFaultCode[];

/**
 * The HTTP API: the one place where a method, a path or a role is written. Named after the
 * guide's client methods. Each area has its routes, with the types of their inputs and replies, in a file
 * of `routes/`; they are checked by `schemas`, apart from here so that a browser bundle needs no validator.
 */
export const routes = {
  ...monitoringRoutes,
  ...alertsRoutes,
  ...memoryRoutes,
  ...scalingRoutes,
  ...whatIfRoutes,
  ...rateLimitsRoutes,
  ...timeoutsRoutes,
  ...operationsRoutes,
  ...jobsRoutes,
  ...quarantineRoutes,
  ...schedulesRoutes,
  ...auditRoutes,
  ...accessRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
export const routeNames = Object.keys(routes) as RouteName[];

/** Input and reply of each route, as callers see them. */
export interface RouteTypes
  extends MonitoringRouteTypes,
    AlertsRouteTypes,
    MemoryRouteTypes,
    ScalingRouteTypes,
    WhatIfRouteTypes,
    RateLimitsRouteTypes,
    TimeoutsRouteTypes,
    OperationsRouteTypes,
    JobsRouteTypes,
    QuarantineRouteTypes,
    SchedulesRouteTypes,
    AuditRouteTypes,
    AccessRouteTypes {}

export type RouteParams<N extends RouteName> = RouteTypes[N]['params'];
export type RouteQuery<N extends RouteName> = RouteTypes[N]['query'];
export type RouteBody<N extends RouteName> = RouteTypes[N]['body'];
export type RouteReply<N extends RouteName> = RouteTypes[N]['reply'];

export * from './routes/access.js';
export * from './routes/alerts.js';
export * from './routes/audit.js';
export * from './routes/job-operations.js';
export * from './routes/jobs.js';
export * from './routes/memory.js';
export * from './routes/monitoring.js';
export * from './routes/operations.js';
export * from './routes/quarantine.js';
export * from './routes/rate-limits.js';
export type { HttpMethod, QueryValue, Route } from './routes/route.js';
export * from './routes/scaling.js';
export * from './routes/schedules.js';
export * from './routes/timeouts.js';
export * from './routes/what-if.js';
