import {
  type AlertServices,
  type ApiServices,
  type AuditTrail,
  createAuditService,
  createMemoryService,
  type JobsService,
  type LiveTopics,
  type MemoryConfig,
  type OperationsService,
  type QuarantineService,
  type RateLimitsService,
  type Reads,
  type RunningService,
  type ScalingService,
  type SchedulesService,
  type TimeoutsService,
  type TopicFeed,
  type WhatIfService,
} from '@drover/control-plane';
import type { Engine } from '@drover/core';
import { systemClock } from './system-clock.js';

export interface ServiceDependencies {
  readonly engine: Engine;
  readonly alerting: AlertServices;
  readonly trail: AuditTrail;
  readonly topics: LiveTopics & TopicFeed;
  readonly operations: OperationsService;
  readonly jobs: JobsService;
  readonly quarantine: QuarantineService;
  readonly schedules: SchedulesService;
  readonly running: RunningService;
  readonly reads: Reads;
  readonly memory: MemoryConfig;
  readonly rateLimits: RateLimitsService;
  readonly timeouts: TimeoutsService;
  readonly scaling: ScalingService;
  readonly whatIf: WhatIfService;
}

/** The services behind the API, one for each area. */
export function createServices({
  engine,
  alerting,
  trail,
  topics,
  operations,
  jobs,
  quarantine,
  schedules,
  running,
  reads,
  memory,
  rateLimits,
  timeouts,
  scaling,
  whatIf,
}: ServiceDependencies): ApiServices {
  return {
    alerting,
    audit: createAuditService({ trail, log: engine.audit }),
    memory: createMemoryService({ engine, config: memory, reads, topics, clock: systemClock }),
    topics,
    rateLimits,
    timeouts,
    scaling,
    whatIf,
    operations,
    jobs,
    quarantine,
    schedules,
    running,
  };
}
