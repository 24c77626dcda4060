/**
 * The guide's query keys (section 3), and ours in the same manner. Options are the last part of
 * a key, so that invalidating a prefix reaches every variant.
 */
export const queueSystemKeys = {
  all: ['queue-system'] as const,
  dashboard: () => ['queue-system', 'dashboard'] as const,
  health: () => ['queue-system', 'health'] as const,
  status: () => ['queue-system', 'status'] as const,
  queues: () => ['queue-system', 'queues'] as const,
  queuesHealth: () => ['queue-system', 'queues', 'health'] as const,
  trends: <Query>(query?: Query) => ['queue-system', 'queues', 'trends', query] as const,
  queueMetrics: <Options>(queueName: string, options?: Options) =>
    ['queue-system', 'queues', queueName, 'metrics', options] as const,
  executionStats: (queueName: string) => ['queue-system', 'queues', queueName, 'execution-stats'] as const,
  /** Every query about alerts, histories included. */
  allAlerts: () => ['queue-system', 'alerts'] as const,
  alerts: <Filters>(filters?: Filters) => ['queue-system', 'alerts', filters] as const,
  alertHistory: <Query>(query?: Query) => ['queue-system', 'alerts', 'history', query] as const,
  allAlertThresholds: () => ['queue-system', 'alerts', 'thresholds'] as const,
  alertThresholds: (queueName?: string) => ['queue-system', 'alerts', 'thresholds', queueName ?? null] as const,
  alertSilences: () => ['queue-system', 'alerts', 'silences'] as const,
  alertNotifiers: () => ['queue-system', 'alerts', 'notifiers'] as const,
  audit: <Filters>(filters?: Filters) => ['queue-system', 'audit', filters] as const,
  accessUsers: () => ['queue-system', 'access', 'users'] as const,
  accessTokens: () => ['queue-system', 'access', 'tokens'] as const,
  roleSwitches: () => ['queue-system', 'access', 'roles'] as const,
  /** Every query about operations. */
  operations: () => ['queue-system', 'operations'] as const,
  operationList: <Query>(query: Query) => ['queue-system', 'operations', 'list', query] as const,
  operationPages: () => ['queue-system', 'operations', 'pages'] as const,
  operation: (operationId: string) => ['queue-system', 'operations', operationId] as const,
  workers: () => ['queue-system', 'workers'] as const,
  workerMemory: () => ['queue-system', 'workers', 'memory'] as const,
  recycles: <Query>(query?: Query) => ['queue-system', 'workers', 'recycles', query] as const,
  currentMemory: () => ['queue-system', 'memory', 'current'] as const,
  memoryConfig: () => ['queue-system', 'memory', 'config'] as const,
  memoryHistory: <Query>(query: Query) => ['queue-system', 'memory', 'history', query] as const,
  scaling: () => ['queue-system', 'scaling'] as const,
  scalingPolicies: () => ['queue-system', 'scaling', 'policies'] as const,
  scalingDecision: (queueName: string) => ['queue-system', 'scaling', 'decision', queueName] as const,
  scalingHistory: <Options>(queueName: string, options?: Options) =>
    ['queue-system', 'scaling', 'history', queueName, options] as const,
  recentScaling: (queueNames: readonly string[], limit: number) =>
    ['queue-system', 'scaling', 'recent', queueNames, limit] as const,
  /** The guide's section 8 form. Its data has another shape than the plain form's, which ends in its options. */
  infiniteScalingHistory: (queueName: string) => ['queue-system', 'scaling', 'history', queueName] as const,
  rateLimits: () => ['queue-system', 'rate-limits'] as const,
  rateLimitStatus: (limiterName: string) => ['queue-system', 'rate-limits', limiterName, 'status'] as const,
  rateLimitHistory: <Query>(limiterName: string, query?: Query) =>
    ['queue-system', 'rate-limits', limiterName, 'history', query] as const,
  schedules: () => ['queue-system', 'schedules'] as const,
  scheduleList: (queueName?: string) => ['queue-system', 'schedules', 'list', queueName ?? null] as const,
  schedule: (queueName: string, scheduleId: string) => ['queue-system', 'schedules', queueName, scheduleId] as const,
  runningJobs: <Query>(query?: Query) => ['queue-system', 'workers', 'running', query] as const,
  timeouts: () => ['queue-system', 'timeouts'] as const,
};

/** Keys of single jobs, apart from the others: only views of jobs load them. */
export const jobKeys = {
  /** Every query about jobs. */
  all: () => ['queue-system', 'jobs'] as const,
  pages: <Query>(queueName: string, query: Query) => ['queue-system', 'jobs', 'pages', queueName, query] as const,
  found: (jobId: string) => ['queue-system', 'jobs', 'found', jobId] as const,
  search: <Request>(request: Request) => ['queue-system', 'jobs', 'search', request] as const,
  job: (queueName: string, jobId: string, reveal: boolean) =>
    ['queue-system', 'jobs', 'one', queueName, jobId, 'whole', reveal] as const,
  logs: <Query>(queueName: string, jobId: string, query: Query) =>
    ['queue-system', 'jobs', 'one', queueName, jobId, 'logs', query] as const,
  value: <Query>(queueName: string, jobId: string, query: Query) =>
    ['queue-system', 'jobs', 'one', queueName, jobId, 'value', query] as const,
  tree: (queueName: string, jobId: string) => ['queue-system', 'jobs', 'one', queueName, jobId, 'tree'] as const,
  trash: (queueName?: string) => ['queue-system', 'jobs', 'trash', queueName ?? null] as const,
  schema: (queueName: string) => ['queue-system', 'jobs', 'schema', queueName] as const,
  quarantine: (queueName?: string) => ['queue-system', 'jobs', 'quarantine', queueName ?? null] as const,
};
