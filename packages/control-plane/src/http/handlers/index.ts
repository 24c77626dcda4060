import { type RouteName, type Routes, routes } from '@drover/contract';
import type { Auth } from '../../auth/create-auth.js';
import type { AlertServices } from '../../notifiers/create-alerting.js';
import type { AuditService } from '../../use-cases/audit/audit-service.js';
import type { JobsService } from '../../use-cases/jobs/jobs-service.js';
import type { TopicFeed } from '../../use-cases/live-topics.js';
import type { MemoryService } from '../../use-cases/memory/memory-service.js';
import type { OperationsService } from '../../use-cases/operations/start-operations.js';
import type { QuarantineService } from '../../use-cases/quarantine/quarantine-service.js';
import type { RateLimitsService } from '../../use-cases/rate-limits/rate-limits-service.js';
import type { RunningService } from '../../use-cases/running/running-jobs.js';
import type { ScalingService } from '../../use-cases/scaling/scaling-service.js';
import type { SchedulesService } from '../../use-cases/schedules/schedules-service.js';
import type { TimeoutsService } from '../../use-cases/timeouts/timeouts-service.js';
import type { WhatIfService } from '../../use-cases/what-if/what-if-service.js';
import { createAccessHandlers } from './access.js';
import { createAlertsHandlers } from './alerts.js';
import { createAuditHandlers } from './audit.js';
import { createJobsHandlers } from './jobs.js';
import { createMemoryHandlers } from './memory.js';
import { createMonitoringHandlers, type MonitoringHandlerOptions } from './monitoring.js';
import { createOperationsHandlers } from './operations.js';
import { createQuarantineHandlers } from './quarantine.js';
import { createRateLimitsHandlers } from './rate-limits.js';
import type { RouteHandler } from './route-context.js';
import { createScalingHandlers } from './scaling.js';
import { createSchedulesHandlers } from './schedules.js';
import { createTimeoutsHandlers } from './timeouts.js';
import { createWhatIfHandlers } from './what-if.js';

/** Routes that the table calls served: each must have a handler, and no other may. */
export type ServedRoute = { [N in RouteName]: Routes[N]['served'] extends true ? N : never }[RouteName];

export type RouteHandlers = { readonly [N in ServedRoute]: RouteHandler<N> };

/** What the handlers call: one service for each area of the API. */
export interface ApiServices {
  readonly alerting: AlertServices;
  readonly audit: AuditService;
  readonly memory: MemoryService;
  readonly topics: TopicFeed;
  readonly operations: OperationsService;
  readonly jobs: JobsService;
  readonly quarantine: QuarantineService;
  readonly schedules: SchedulesService;
  readonly running: RunningService;
  readonly rateLimits: RateLimitsService;
  readonly timeouts: TimeoutsService;
  readonly scaling: ScalingService;
  readonly whatIf: WhatIfService;
}

export type HandlerOptions = MonitoringHandlerOptions & {
  readonly services: ApiServices;
  /** Absent where somebody else knows who people are. */
  readonly accounts?: Auth | undefined;
};

export function createRouteHandlers(options: HandlerOptions): RouteHandlers {
  return {
    ...createMonitoringHandlers(options),
    ...createAlertsHandlers({ ...options, services: options.services.alerting }),
    ...createAccessHandlers(options.accounts),
    ...createAuditHandlers(options.services.audit),
    ...createScalingHandlers(options.services.scaling, options),
    ...createWhatIfHandlers(options.services.whatIf),
    ...createOperationsHandlers(options.services.operations),
    ...createJobsHandlers(options.services.jobs),
    ...createQuarantineHandlers(options.services.quarantine),
    ...createSchedulesHandlers({
      ...options.services,
      requireQueue: (name) => options.services.jobs.requireQueue(name),
      checkData: (name, data) => options.services.jobs.schemas.check(name, data),
    }),
    ...createMemoryHandlers(options.services.memory, options),
    ...createRateLimitsHandlers(options.services.rateLimits, options),
    ...createTimeoutsHandlers({ ...options, timeouts: options.services.timeouts }),
  };
}

export function isServed(name: RouteName): name is ServedRoute {
  return routes[name].served;
}
