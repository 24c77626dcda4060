import type { z } from 'zod';
import type { RouteBody, RouteName, RouteReply } from '../routes.js';
import { accessRouteSchemas } from './access.js';
import { alertsRouteSchemas } from './alerts.js';
import { auditRouteSchemas } from './audit.js';
import { jobsRouteSchemas } from './jobs.js';
import { memoryRouteSchemas } from './memory.js';
import { monitoringRouteSchemas } from './monitoring.js';
import { operationsRouteSchemas } from './operations.js';
import { quarantineRouteSchemas } from './quarantine.js';
import { rateLimitsRouteSchemas } from './rate-limits.js';
import { scalingRouteSchemas } from './scaling.js';
import { schedulesRouteSchemas } from './schedules.js';
import { timeoutsRouteSchemas } from './timeouts.js';
import { whatIfRouteSchemas } from './what-if.js';

export interface RouteSchemas {
  readonly params: z.ZodType;
  /** Parses the query as strings. */
  readonly query: z.ZodType;
  readonly body: z.ZodType;
  /** Decodes from the wire (instants as strings) and encodes to it. */
  readonly reply: z.ZodType;
}

const table = {
  ...monitoringRouteSchemas,
  ...alertsRouteSchemas,
  ...memoryRouteSchemas,
  ...scalingRouteSchemas,
  ...whatIfRouteSchemas,
  ...rateLimitsRouteSchemas,
  ...timeoutsRouteSchemas,
  ...operationsRouteSchemas,
  ...jobsRouteSchemas,
  ...quarantineRouteSchemas,
  ...schedulesRouteSchemas,
  ...auditRouteSchemas,
  ...accessRouteSchemas,
} as const satisfies Record<RouteName, RouteSchemas>;

/** The same type written out, so that an interface and an inferred object compare equal. */
type Plain<T> = T extends Date ? T : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** `never`, and so a compile error that names the route, where a schema and its type have drifted apart. */
type Agreeing<T extends Record<RouteName, RouteSchemas>> = {
  [N in RouteName]: Same<Plain<z.output<T[N]['reply']>>, Plain<RouteReply<N>>> extends true
    ? RouteBody<N> extends z.input<T[N]['body']>
      ? T[N]
      : never
    : never;
};

/** Input and reply of each route of `routes`, by its name. */
export const routeSchemas: Agreeing<typeof table> = table;
