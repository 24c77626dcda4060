export { ActuatorDuty } from './actuators/actuator-duty.js';
export { type Actuators, type ActuatorsConfig, createActuators } from './actuators/create-actuators.js';
export { createKedaMetrics, type KedaMetrics } from './actuators/keda/keda-metrics.js';
export { createScalingTargets, type ScalingTargets } from './actuators/keda/scaling-targets.js';
export { type KedaScaler, startKedaScaler } from './actuators/keda/start-keda-scaler.js';
export type { WorkloadWish } from './actuators/kubernetes/kubernetes-actuator.js';
export { type RoleRule, requiredRules } from './actuators/kubernetes/required-rules.js';
export * from './actuators/local/index.js';
export { createLocalSupervisor, type LocalSupervisor } from './actuators/local/index.js';
export { type PlatformHostsOptions, withPlatforms } from './actuators/platform-hosts.js';
export * from './auth/index.js';
export { generatePassword } from './auth/password.js';
export type { Connection } from './http/connection.js';
export { errorReply } from './http/error-reply.js';
export type { ApiServices } from './http/handlers/index.js';
export type { Authorize, HostUser } from './http/hosted-access.js';
export { type App, type AppOptions, createApp, type HttpServer, serve } from './http/index.js';
export { type Middleware, type MountedApi, type MountOptions, mountApi, toMiddleware } from './http/mount-api.js';
export type { LeaderDuty, LeaderTick } from './monitor/leader-duty.js';
export { type Monitor, type MonitorHealth, startMonitor } from './monitor/monitor.js';
export type { MonitorOptions } from './monitor/monitor-options.js';
export { createReads, type MonitorReadsOptions } from './monitor/monitor-reads.js';
export { type Alerting, type AlertingConfig, type AlertServices, createAlerting } from './notifiers/create-alerting.js';
export type { NotifierConfig } from './notifiers/notifier.js';
export { type AuditService, createAuditService } from './use-cases/audit/audit-service.js';
export { AuditTrail, type AuditTrailOptions } from './use-cases/audit/audit-trail.js';
export { publishEntries } from './use-cases/audit/publish-entries.js';
export { createJobs, type JobsService } from './use-cases/jobs/jobs-service.js';
export { EngineTopics, type LiveTopics, type LiveTopicsOptions, type TopicFeed } from './use-cases/live-topics.js';
export { createMemoryConfig, type MemoryConfig } from './use-cases/memory/memory-config.js';
export { createMemoryDuties } from './use-cases/memory/memory-duties.js';
export { createMemoryService } from './use-cases/memory/memory-service.js';
export {
  type OperationsService,
  type RunningOperations,
  startOperations,
} from './use-cases/operations/start-operations.js';
export { createRateLimits } from './use-cases/rate-limits/create-rate-limits.js';
export type { RateLimitsService } from './use-cases/rate-limits/rate-limits-service.js';
export type { Reads } from './use-cases/reads.js';
export { createRunning, type RunningService } from './use-cases/running/running-jobs.js';
export { createScaling, type Scaling } from './use-cases/scaling/create-scaling.js';
export type { ScalingService } from './use-cases/scaling/scaling-service.js';
export { createSchedules, type SchedulesService } from './use-cases/schedules/schedules-service.js';
export { SettingsCache } from './use-cases/settings-cache.js';
export { createTimeouts } from './use-cases/timeouts/create-timeouts.js';
export type { TimeoutsService } from './use-cases/timeouts/timeouts-service.js';
export { createWhatIf } from './use-cases/what-if/create-what-if.js';
export type { WhatIfService } from './use-cases/what-if/what-if-service.js';
