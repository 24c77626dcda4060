import type { RouteName } from './routes.js';

/**
 * Where a reply holds instants: ISO 8601 strings on the wire that the client turns into the
 * `Date`s that the types promise. `*` stands for each entry of a list or record. Listed, not
 * guessed, because a queue's name may look like a date; a test derives the same lists from
 * the schemas.
 */
const metrics = (at: string) => [`${at}timestamp`] as const;
const queueHealth = (at: string) => [`${at}timestamp`, ...metrics(`${at}metrics.`)] as const;
const worker = (at: string) => [`${at}startTime`, `${at}lastMemoryCheck.timestamp`, `${at}reportedAt`] as const;
const alert = (at: string) => [`${at}timestamp`, `${at}acknowledgedAt`, `${at}resolvedAt`, `${at}events.*.at`] as const;
const silence = (at: string) => [`${at}from`, `${at}until`, `${at}createdAt`] as const;

const hold = (at: string) => [`${at}until`, `${at}since`] as const;
const recycle = (at: string) => [`${at}requestedAt`, `${at}updatedAt`] as const;
const operation = (at: string) =>
  ['requestedAt', 'startedAt', 'finishedAt', 'cancelRequestedAt', 'until', 'canary.until'].map(
    (name) => `${at}${name}`,
  );

const job = (at: string) => ['addedAt', 'dueAt', 'startedAt', 'finishedAt'].map((name) => `${at}${name}`);

const schedule = (at: string) =>
  [
    ...['startAt', 'endAt', 'pausedAt', 'nextAt', 'nextRuns.*'],
    ...['lastRuns.*.dueAt', 'lastRuns.*.startedAt', 'lastRuns.*.finishedAt'],
  ].map((name) => `${at}${name}`);

const live = [
  'timestamp',
  'dashboard.timestamp',
  'health.timestamp',
  'health.memory.timestamp',
  ...worker('workers.workers.*.'),
  'memory.stats.timestamp',
  ...alert('alerts.*.'),
] as const;

export const datePaths: { readonly [N in RouteName]?: readonly string[] } = {
  getSystemHealth: ['timestamp', 'memory.timestamp'],
  getDashboardSummary: ['timestamp'],
  getQueuesHealth: queueHealth('*.'),
  getTrends: ['since'],
  getQueueMetrics: [...metrics('current.'), ...metrics('history.*.')],
  getAudit: ['entries.*.at'],
  getUsers: ['*.createdAt'],
  createUser: ['user.createdAt'],
  updateUser: ['user.createdAt'],
  getTokens: ['*.createdAt', '*.expiresAt', '*.lastUsedAt'],
  createToken: ['info.createdAt', 'info.expiresAt', 'info.lastUsedAt'],
  getJobs: job('jobs.*.'),
  findJobs: job('jobs.*.'),
  searchJobs: job('hits.*.'),
  scanFailures: ['groups.*.firstSeen', 'groups.*.lastSeen', 'groups.*.example.failedAt'],
  getJob: [...job(''), 'timeline.*.at'],
  getJobTrash: ['jobs.*.removedAt', 'jobs.*.until'],
  getQuarantine: ['jobs.*.since', 'jobs.*.crashes.*.startedAt', 'jobs.*.crashes.*.noticedAt'],
  getSchedules: schedule('schedules.*.'),
  getSchedule: schedule(''),
  createSchedule: schedule('schedule.'),
  updateSchedule: schedule('schedule.'),
  pauseSchedule: schedule('schedule.'),
  resumeSchedule: schedule('schedule.'),
  getRunningJobs: ['timestamp', 'jobs.*.startedAt'],
  getActiveAlerts: alert('*.'),
  acknowledgeAlert: alert('alert.'),
  acknowledgeAlerts: alert('alerts.*.'),
  getAlertHistory: alert('alerts.*.'),
  getAlertSilences: silence('*.'),
  createAlertSilence: silence('silence.'),
  deleteAlertSilence: silence('silence.'),
  getAlertNotifiers: ['*.lastSuccessAt', '*.lastFailureAt', '*.nextAttemptAt'],
  getTimeoutConfig: ['*.activity.since'],
  getDefaultTimeout: ['activity.since'],
  updateDefaultTimeout: ['config.activity.since'],
  updateTimeout: ['config.activity.since'],
  getWorkerMemory: worker('workers.*.'),
  getCurrentMemory: ['stats.timestamp'],
  getMemoryHistory: ['points.*.timestamp'],
  getRecycles: [...recycle('running.*.'), ...recycle('finished.*.')],
  startOperation: operation('operation.'),
  getOperations: operation('operations.*.'),
  getOperation: operation(''),
  cancelOperation: operation('operation.'),
  getScalingDecision: ['metrics.timestamp', ...hold('hold.')],
  getScalingHistory: ['history.*.metrics.timestamp', 'history.*.executedAt', ...hold('history.*.hold.')],
  setScalingHold: hold('hold.'),
  simulateScaling: ['since', 'until'],
  endScalingHold: hold('hold.'),
  getRateLimitStatus: [
    ...['perSecond', 'perMinute', 'perHour', 'perDay'].flatMap((span) => [
      `windows.${span}.resetAt`,
      `windows.${span}.nextAt`,
    ]),
    'penalizedUntil',
  ],
  getRateLimitHistory: ['history.*.timestamp'],
};

export const eventDatePaths: { readonly snapshot: readonly string[]; readonly delta: readonly string[] } = {
  snapshot: [...live, ...queueHealth('queues.*.')],
  delta: [...live, ...queueHealth('changedQueues.*.')],
};

/** Turns the strings at `paths` into dates, in place, and returns the value. Absent fields stay absent. */
export function reviveDates<T>(value: T, paths: readonly string[] | undefined): T {
  for (const path of paths ?? []) revive(value, path.split('.'), 0);
  return value;
}

function revive(holder: unknown, keys: readonly string[], depth: number): void {
  if (typeof holder !== 'object' || holder === null) return;
  const record = holder as Record<string, unknown>;
  const key = keys[depth];
  if (key === undefined) return;
  const last = depth === keys.length - 1;
  for (const name of key === '*' ? Object.keys(record) : [key]) {
    const entry = record[name];
    if (!last) revive(entry, keys, depth + 1);
    else if (typeof entry === 'string') record[name] = new Date(entry);
  }
}
