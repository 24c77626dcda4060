export type { JobsChange, JobsChangeResult } from './change-jobs.js';
export type { FailureScanState } from './failure-scan.js';
export * from './hooks/use-access.js';
export * from './hooks/use-acknowledge.js';
export * from './hooks/use-alerting.js';
export * from './hooks/use-configuration.js';
export * from './hooks/use-failures.js';
export * from './hooks/use-job-changes.js';
export * from './hooks/use-job-schema.js';
export * from './hooks/use-job-search.js';
export * from './hooks/use-jobs.js';
export * from './hooks/use-memory.js';
export * from './hooks/use-monitoring.js';
export * from './hooks/use-operations.js';
export * from './hooks/use-quarantine.js';
export * from './hooks/use-rate-limits.js';
export * from './hooks/use-recent-scaling.js';
export * from './hooks/use-records.js';
export * from './hooks/use-scaling.js';
export * from './hooks/use-schedules.js';
export type { JobSearchState } from './job-search.js';
export { jobKeys, queueSystemKeys } from './keys.js';
export type { LivePhase, LiveState, Transport } from './live/live-state.js';
export { type Notify, sonnerNotify } from './notify.js';
export { AlertsList } from './panels/alerts-list.js';
export { DashboardOverview } from './panels/dashboard-overview.js';
export { QueueHealthStatus } from './panels/queue-health-status.js';
export {
  DroverProvider,
  type DroverProviderProps,
  type LiveControls,
  useLiveControls,
  useLiveState,
} from './provider.js';
export { type QueueSystemQueries, queueSystemQueries } from './queries.js';
export { Badge, type BadgeProps, type BadgeVariant } from './ui/badge.js';
export { Button, type ButtonProps } from './ui/button.js';
export { Card, CardContent, CardHeader, CardTitle } from './ui/card.js';
export { versionOf } from './versions.js';
