import { type RouteName, routes } from '../routes.js';

export interface RouteDoc {
  /** What the call does, as a title. */
  readonly summary: string;
  /** What the types do not say: units, bounds, what it does not do. */
  readonly description?: string;
  /** Examples where a made-up one would mislead; the others are made from the schemas. */
  readonly body?: unknown;
  readonly reply?: unknown;
  /** Of a stream: what it sends. */
  readonly stream?: { readonly mediaType: string; readonly example: string };
}

/** The words for each route. A test fails when one has none. */
export const routeDocs: { readonly [N in RouteName]?: RouteDoc } = {
  getSystemHealth: { summary: 'Health of the whole system', description: 'Queues, workers and memory as of one tick.' },
  getDashboardSummary: { summary: 'Totals over all queues' },
  getQueuesHealth: {
    summary: 'Every queue with its health and newest metrics',
    description: '`issues` says in words why a queue is not healthy.',
  },
  getTrends: { summary: 'Short histories for sparklines', description: '`null` is a value that is not known.' },
  getQueueMetrics: {
    summary: "One queue's metrics, with its history on request",
    description:
      'With `history=true` or any of the other parameters the reply has `history`, oldest first, at most ' +
      '`historyLimit` entries (60 unless told), and `stepMs`, the span of one entry.',
  },
  getStatus: { summary: 'What the control plane says of itself' },
  openEvents: {
    summary: 'Live updates as server-sent events',
    description:
      'First a `snapshot`, then a `delta` a tick: queues that changed whole, the small parts always. After a break send ' +
      'the last id as `Last-Event-ID` (or `lastEventId`): what was missed follows, or a new snapshot.',
    stream: {
      mediaType: 'text/event-stream',
      example: 'retry: 3000\n\nid: 7-1284\nevent: snapshot\ndata: {"seq":1284,"epoch":7,…}\n\n: heartbeat\n\n',
    },
  },
  getExecutionStats: {
    summary: "Distribution of a queue's processing times",
    description: 'In ms, over a sliding window; `recentExecutions` holds the last 100, newest last.',
  },
  getUsers: { summary: 'Accounts, with their roles' },
  createUser: {
    summary: 'Make an account',
    description: 'Without `password` one is made up, and told this once.',
    body: { email: 'ada@example.com', role: 'operator' },
  },
  updateUser: {
    summary: 'Change the role of an account, disable it, set its password',
    description: 'The last admin can neither be disabled nor be given another role.',
    body: { role: 'viewer' },
  },
  getTokens: { summary: 'API tokens, without their secrets' },
  createToken: {
    summary: 'Make an API token',
    description: 'The reply is the only place where its secret is told.',
    body: { name: 'deploys', role: 'operator' },
  },
  revokeToken: { summary: 'Revoke an API token' },
  getRoleSwitches: { summary: 'Which roles below admin may be used' },
  updateRoleSwitches: { summary: 'Switch roles on or off', body: { viewer: true } },
  getSchedules: {
    summary: 'Schedules of all queues, or of one',
    description:
      'The one that runs next first, paused ones last; at most 300. `nextRuns` are the next 5, `lastRuns` those of the ' +
      'last 5 whose jobs BullMQ kept. Schedules of BullMQ 5 and before are not shown.',
  },
  getSchedule: { summary: 'One schedule, with its next and last 10 runs' },
  createSchedule: {
    summary: 'Make a schedule',
    description: 'By a cron `pattern`, or every `everyMs`, whose first run is due at once unless `startAt` is given.',
    body: {
      queueName: 'reports',
      scheduleId: 'nightly',
      jobName: 'report',
      pattern: '0 3 * * *',
      tz: 'Europe/Berlin',
      data: { of: 'sales' },
    },
  },
  updateSchedule: {
    summary: 'Change a schedule',
    description: 'The run that was made in advance goes, and one by the new definition is made.',
    body: { pattern: '30 3 * * 1-5', limit: null },
  },
  deleteSchedule: { summary: 'Remove a schedule', description: 'Runs that began go on.' },
  pauseSchedule: {
    summary: 'Pause a schedule',
    description:
      'It is taken off BullMQ and kept by Drover. An application that makes it again when it starts also ends the pause.',
  },
  resumeSchedule: {
    summary: 'Resume a schedule',
    description:
      'As it was, with the runs that its limit leaves. An interval keeps its beat; what was missed is not made up.',
  },
  runSchedule: {
    summary: 'Run a schedule once, now',
    description: 'One job more, with the payload and options of its runs; also while it is paused.',
  },
  getRunningJobs: {
    summary: 'Who runs what: jobs in hand, stuck ones first',
    description:
      '`worker_gone`: its worker reports no more. `slow`: older than a minute and 5 times the 99th percentile of its queue.',
  },
  getActiveAlerts: { summary: 'Alerts that fire now' },
  acknowledgeAlert: {
    summary: 'Acknowledge an alert',
    description: 'It stays acknowledged until it resolves or grows worse. Acknowledging twice changes nothing.',
  },
  acknowledgeAlerts: {
    summary: 'Acknowledge several alerts',
    description: 'Either `ids`, or a `filter`; an empty filter stands for all that fire.',
    body: { ids: ['a1b2c3d4', 'e5f6a7b8'] },
  },
  getAlertHistory: { summary: 'Alerts of the last 30 days, page by page' },
  getAlertThresholds: { summary: 'Thresholds that hold for every queue' },
  updateAlertThresholds: {
    summary: 'Change the thresholds of every queue',
    description: '`null` goes back to the configured value; a threshold of `null` is switched off.',
    body: { queueDepth: { warning: 1_000, critical: 10_000 } },
  },
  getQueueAlertThresholds: { summary: 'Thresholds that hold for one queue' },
  updateQueueAlertThresholds: {
    summary: 'Change the thresholds of one queue',
    body: { errorRate: { warning: 5, critical: 20 } },
  },
  getAlertSilences: { summary: 'Maintenance silences' },
  createAlertSilence: {
    summary: 'Silence alerts for a while',
    description: 'Of one queue, of one kind, or of all; until when, and why.',
    body: { queueName: 'email-sending', until: '2026-05-04T12:00:00Z', why: 'the mail provider is being moved' },
  },
  deleteAlertSilence: { summary: 'End a silence' },
  getAlertNotifiers: { summary: 'Where alerts are sent' },
  testAlertNotifier: { summary: 'Send a test message to a notifier' },
  getMemoryHistory: { summary: "History of the workers' memory" },
  updateMemoryConfig: { summary: 'Change memory limits and recycling' },
  getRecycles: { summary: 'Recycles under way and done' },
  startOperation: {
    summary: 'Start a long or bulk operation',
    description:
      'Over the named `queues`, or over those whose names match `matching` (`*` stands for any characters). It goes on ' +
      'by itself, a batch at a time, also when this control plane ends. `retry-jobs`, `promote-jobs` and `remove-jobs` ' +
      'act on everything that matches `jobs`: ask with `dryRun` first, which counts in slices as an operation of its ' +
      'own, then with its id as `jobs.counted`, and exactly what was counted is touched. With `jobs.canary` some are ' +
      'retried first, and the others only if all of those complete.',
    body: { kind: 'retry-failed', queues: ['email-sending', 'payments'], options: { limit: 100_000 } },
  },
  getOperations: { summary: 'Operations under way and done' },
  getOperation: { summary: 'One operation with its progress' },
  cancelOperation: { summary: 'Cancel an operation', description: 'Between two batches; what was done stays done.' },
  getWorkerMemory: { summary: 'Every worker with its memory' },
  getCurrentMemory: { summary: "The workers' memory against the sum of their limits" },
  getMemoryConfig: { summary: 'Memory limits and recycling', description: 'Sizes in MB, the warning in percent.' },
  recycleWorker: {
    summary: 'Replace a worker',
    description:
      'Graceful unless told: the replacement starts first, then the worker drains and exits. With `graceful: false` its ' +
      'jobs are handed back and run again. A worker that is being recycled already answers 409.',
    body: { reason: 'memory keeps growing', graceful: true },
  },
  getScalingPolicies: { summary: 'Scaling policies of all queues' },
  updateScalingPolicy: {
    summary: "Change a queue's scaling policy",
    description: 'Only the fields that are sent change; `null` removes an optional threshold.',
    body: { minWorkers: 2, maxWorkers: 10, scaleUpThreshold: { queueDepth: 500, cpuPercent: null } },
  },
  getScalingDecision: { summary: 'What the scaler would decide now' },
  getScalingHistory: {
    summary: 'What the scaler did, newest first',
    description: '`limit` with `since`, or `limit` with `offset`; pages do not shift when new entries come.',
  },
  setScalingHold: {
    summary: "Hold a queue's workers at a number for a time",
    description: 'Within the bounds of the policy; `until`, or `seconds` from now. A second hold replaces the first.',
    body: { workers: 6, seconds: 3_600, reason: 'the autumn sale' },
  },
  endScalingHold: { summary: 'Let decisions size the queue again' },
  simulateScaling: {
    summary: 'What a draft of a policy would have done',
    description:
      'Replays recorded or posted arrivals with the code that decides live. Nothing is changed. One simulation runs at a time.',
    body: {
      queueName: 'email-sending',
      policy: { maxWorkers: 12, objective: { waitMs: 20_000 } },
      pricePerWorkerHour: 0.05,
    },
  },
  getRateLimitConfig: { summary: 'Limits of all limiters' },
  getRateLimitStatus: { summary: "How much of a limiter's windows is used" },
  getRateLimitHistory: { summary: 'Use of a limiter, and jobs that it held back' },
  updateRateLimit: {
    summary: "Change a limiter's windows",
    description: 'It holds on every worker within a second. `null` removes a window.',
    body: { perSecond: 25, perHour: 10_000 },
  },
  deleteRateLimit: {
    summary: 'Delete a limiter, or return it to its configuration',
    description:
      'A limiter that was made at run time is gone (`removed`); one of the configuration has its windows of there ' +
      'again. One of the configuration that nobody changed is refused with 409.',
  },
  getDefaultTimeout: {
    summary: 'Timeouts of the queues that have none of their own',
    description: 'In ms. What holds for a queue in the end is in the timeouts of all queues.',
  },
  updateDefaultTimeout: {
    summary: 'Change the timeouts of all queues that have none of their own',
    description:
      "As a queue's: field by field, in force within a second, `null` returns a field to the configuration. Refused " +
      "where it contradicts a queue's own bounds.",
    body: { timeout: 60_000, softTimeoutPercentage: 80 },
  },
  getTimeoutConfig: {
    summary: 'Timeouts of all queues',
    description:
      'In ms; the soft timeout in percent of it. `enabled: false`: there is none. `effective` holds the adaptive ' +
      'timeouts of job names, `activity` what the timeouts did since they were last changed.',
  },
  updateTimeout: {
    summary: "Change a queue's timeout",
    description:
      'In force within a second, also for attempts in hand. A timeout of 0 is refused: it would look like one and be ' +
      'none; `enabled: false` switches timeouts off. `null` returns a field to the configuration. With `shadow` ' +
      'nothing is killed, and what would have been is counted.',
    body: { timeout: 30_000, adaptiveEnabled: true },
  },
  pauseQueue: { summary: 'Pause a queue', description: 'Jobs that run go on; no other is started. Jobs may be added.' },
  resumeQueue: { summary: 'Resume a paused queue' },
  cleanQueue: {
    summary: 'Remove jobs of one status',
    description:
      'Those older than `grace` ms, at most `limit` (1,000 unless told). `active` is refused unless the jobs are stale: ' +
      'removing a job does not stop it.',
    body: { status: 'failed', grace: 86_400_000, limit: 1_000 },
  },
  retryFailedJobs: {
    summary: 'Retry failed jobs',
    description:
      'At most `limit` (1,000 unless told) of those that had failed before the call. `failed` counts jobs that could ' +
      'not be retried, with the reasons in `errors`.',
  },
  getJobs: {
    summary: "A queue's jobs of one state, page by page",
    description:
      'Pages go on by place and do not shift while jobs come and go. On Redis, waiting and active jobs stand in a list: ' +
      'there a page follows its jobs over 5,000 places, and goes on at the same place of the list beyond that.',
  },
  findJobs: { summary: 'Jobs by their id, over all queues' },
  searchJobs: {
    summary: 'One slice of a search through jobs',
    description:
      'Looks through jobs in small steps with rests between, for about a quarter of a second, or until there are hits. ' +
      'Send `next` as `cursor` for the next slice. Who may not see redacted values searches what is left of them.',
    body: { states: ['failed'], filter: { where: [{ path: 'data.customerId', op: '=', value: 42 }] } },
  },
  scanFailures: {
    summary: 'One slice of a look through failed jobs, grouped',
    description:
      'Groups failures by their error, without numbers, ids and quoted values, and the place in the code. Send `next` as ' +
      '`cursor` for the next slice, and add the groups up by their fingerprints. Searches and operations take a ' +
      'fingerprint as `failure` in their filters.',
    body: { queues: ['payments'] },
  },
  getJob: {
    summary: 'A job, whole',
    description:
      'Values above 32 KB are cut and fetched by themselves. `reveal=true` shows what the configured rules take out: a ' +
      'permission of its own, and an entry in the audit log.',
  },
  getJobLogs: { summary: "A job's log, oldest line first" },
  getJobValue: { summary: 'One value of a job, up to 8 MB' },
  getJobTree: { summary: 'A job with its children and theirs, up to 200' },
  getJobSchema: {
    summary: 'What payloads a queue takes',
    description: 'The JSON Schema of its configuration. What is added, edited or duplicated here must fit it.',
  },
  addJob: { summary: 'Add a job', description: 'With an id that exists already nothing is added.' },
  changeJobs: {
    summary: 'Retry, promote, remove or cancel jobs',
    description:
      'Each is checked and changed in one step: what was taken, finished or removed meanwhile is named in `errors`. ' +
      '`cancel` aborts the signal of jobs that run, on whichever worker; they fail without another attempt.',
    body: { action: 'retry', jobIds: ['1042'] },
  },
  editJob: { summary: "Change a job's payload, priority or delay", body: { priority: 1 } },
  duplicateJob: { summary: 'Add a job like another', body: { options: { priority: 1 } } },
  getJobTrash: { summary: 'Removed jobs that can be restored' },
  restoreJobs: { summary: 'Add removed jobs again', description: 'With their ids, where those are free.' },
  getQuarantine: {
    summary: 'Jobs that no worker runs, because too many crashed with them',
    description: 'With each crash: when, on which worker, its memory then, and how many other jobs it had in hand.',
  },
  releaseJobs: {
    summary: 'Run jobs again that were set aside',
    description: 'Their crashes are forgotten. Takes about 2 s, in which every worker hears of it.',
    body: { ids: ['5f2a0c6de1b4a7983c0d5e6f718293a4b5c6d7e8'] },
  },
  discardJobs: {
    summary: 'Remove jobs that were set aside',
    description: 'They are in the trash for seven days.',
    body: { ids: ['5f2a0c6de1b4a7983c0d5e6f718293a4b5c6d7e8'] },
  },
  getAudit: { summary: 'Who did what, newest first' },
  exportAudit: {
    summary: 'Audit log as a file',
    description: 'JSON lines or CSV, newest first; streamed, so that its length costs nothing.',
    stream: {
      mediaType: 'application/x-ndjson',
      example:
        '{"id":"…","timestamp":"2026-05-04T10:00:00.000Z","actor":"user:ada@example.com","action":"pauseQueue",…}\n',
    },
  },
};

export const tags = [
  { name: 'monitoring', description: 'Health, metrics, live updates.' },
  { name: 'queues', description: 'Metrics and operations of queues.' },
  { name: 'alerts', description: 'What fires, and who was told.' },
  { name: 'workers', description: 'Worker processes, their memory, recycling.' },
  { name: 'scaling', description: 'Policies and decisions.' },
  { name: 'rate-limits', description: 'Limiters and their windows.' },
  { name: 'timeouts', description: 'Deadlines of jobs.' },
  { name: 'operations', description: 'Long and bulk operations.' },
  { name: 'audit', description: 'Who did what.' },
  { name: 'access', description: 'Accounts, API tokens and roles.' },
] as const;

type Tag = (typeof tags)[number]['name'];

/** The chapter of a route: the first part of its path, as far as there is a chapter of that name. */
export function tagOf(name: RouteName): Tag {
  const first = routes[name].path.split('/')[1];
  if (first === 'memory') return 'workers';
  return tags.find((tag) => tag.name === first)?.name ?? 'monitoring';
}
