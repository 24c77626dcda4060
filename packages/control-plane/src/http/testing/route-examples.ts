import type { RouteName } from '@drover/contract';
import { queueWith } from '../../notifiers/testing/alert-rig.js';
import { workerReport } from '../../testing/worker-report.js';
import { liveSnapshot, queueHealth } from './fake-reads.js';
import type { TestServer } from './test-server.js';

/** A call that succeeds, and what it needs to be there. */
export interface RouteExample {
  /** Of the path; `email-sending` for a queue unless told. */
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** With which a thing that is not there is asked for, where `body` would make it. */
  readonly bodyOfMissing?: unknown;
  /** Makes what the call is about; answers the parameters that name it. */
  readonly given?: (server: TestServer) => Promise<Readonly<Record<string, string>>>;
}

let made = 0;

async function firingAlert(server: TestServer): Promise<{ alertId: string }> {
  const fence = { name: 'monitor', epoch: server.engine.leaseHolder?.epoch ?? 1 };
  for (let tick = 0; tick < 5; tick += 1) {
    server.clock.advance(5_000);
    const firing = await server.alerting.watch.watch([queueWith('email-sending', 9_000)], server.clock.ms, fence);
    const [first] = firing;
    if (first) return { alertId: first.id };
  }
  throw new Error('no alert fires');
}

async function silence(server: TestServer): Promise<{ silenceId: string }> {
  const response = await fetch(`${server.api}/alerts/silences`, {
    method: 'POST',
    headers: { ...server.bearer(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ until: new Date(server.clock.ms + 60_000).toISOString(), why: 'a test' }),
  });
  const { silence } = (await response.json()) as { silence: { id: string } };
  return { silenceId: silence.id };
}

async function worker(server: TestServer): Promise<{ workerId: string }> {
  made += 1;
  const report = workerReport({
    workerId: `worker-${made}`,
    queueName: `queue-${made}`,
    reportedAtMs: server.clock.ms,
  });
  server.engine.reportsById.set(report.workerId, report);
  return { workerId: report.workerId };
}

async function operation(server: TestServer): Promise<{ operationId: string }> {
  await queue(server);
  const response = await fetch(`${server.api}/operations`, {
    method: 'POST',
    headers: { ...server.bearer(), 'Content-Type': 'application/json' },
    body: JSON.stringify({ kind: 'retry-failed', queues: ['email-sending'] }),
  });
  const { operation: started } = (await response.json()) as { operation: { id: string } };
  return { operationId: started.id };
}

async function limiter(server: TestServer): Promise<Record<string, never>> {
  await server.services.rateLimits.update('partnerApi', { perSecond: 5 }, undefined);
  return {};
}

async function hold(server: TestServer): Promise<Record<string, never>> {
  await queue(server);
  const wish = { workers: 2, untilMs: server.clock.ms + 600_000, reason: 'a sale', by: 'admin' };
  await server.services.scaling.hold('email-sending', wish, undefined);
  return {};
}

/** One whose first slice of jobs takes its time. */
async function slowOperation(server: TestServer): Promise<{ operationId: string }> {
  await queue(server);
  const restsSinceMs = server.clock.ms - 60_000;
  server.engine.operations.jobs.set('email-sending', [{ id: 'job-1', state: 'failed', restsSinceMs }]);
  server.engine.operations.beforeSlice = () => new Promise((resolve) => setTimeout(resolve, 500));
  return operation(server);
}

async function queue(server: TestServer): Promise<Record<string, never>> {
  server.reads.publish(liveSnapshot({ timestamp: new Date(server.clock.ms), queues: [queueHealth('email-sending')] }));
  if (!server.engine.operations.jobs.has('email-sending')) server.engine.operations.jobs.set('email-sending', []);
  return {};
}

/** One job that failed, with a child, and one in the trash. */
async function job(server: TestServer): Promise<{ queueName: string; jobId: string }> {
  await queue(server);
  made += 1;
  const ref = { queueName: 'email-sending', jobId: `job-${made}` };
  const child = { queueName: 'email-sending', jobId: `child-${made}`, status: 'failed' as const };
  const secret = { to: 'ada@example.com', card: { number: '4242424242424242' } };
  const stacks = ['Error: no card 4242424242424242\n    at send (mail.js:1:1)'];
  server.engine.jobs.give({
    ...{ ...ref, state: 'failed', addedAtMs: 1_000, startedAtMs: 2_000, finishedAtMs: 3_000, data: secret, stacks },
    ...{ error: 'no card 4242424242424242', logs: ['one', 'two'], children: [child], attemptsMade: 1 },
  });
  server.engine.jobs.give({ ...child, parent: ref });
  await server.services.jobs.changes.change(
    'email-sending',
    { action: 'remove', jobIds: [`child-${made}`] },
    'user:ada',
  );
  return ref;
}

/** Some calls are answered only so often. */
async function rested(server: TestServer): Promise<Record<string, never>> {
  server.clock.advance(60_000);
  return {};
}

/** For every route: a new one does not compile without. */
/** An account with a password that nobody uses: its hash is made once, and costs what a hash must. */
async function account(server: TestServer): Promise<{ userId: string }> {
  const email = 'grace@example.com';
  if (!server.auth.listUsers().some(({ id }) => id === email)) {
    await server.auth.createUser({ email, password: 'never used by anybody', role: 'viewer' });
  }
  return { userId: email };
}

async function schedule(server: TestServer): Promise<{ queueName: string; scheduleId: string }> {
  await queue(server);
  const named = { queueName: 'email-sending', scheduleId: 'hourly' };
  const times = { pattern: null, everyMs: 3_600_000, tz: null, startAtMs: null, endAtMs: null, limit: 99 };
  await server.engine.schedules.put({ ...named, ...times, jobName: 'report', data: '{"of":"sales"}', options: {} });
  return named;
}

export const routeExamples: Readonly<Record<RouteName, RouteExample>> = {
  getUsers: {},
  createUser: {
    // An address can be taken only once.
    get body() {
      made += 1;
      return { email: `user-${made}@example.com`, role: 'viewer', password: 'never used by anybody' };
    },
  },
  updateUser: { given: account, body: { role: 'operator' } },
  getTokens: {},
  createToken: { body: { name: 'deploys', role: 'viewer' } },
  revokeToken: {
    given: async (server) => ({ tokenId: (await server.auth.createToken({ name: 'old', role: 'viewer' })).info.id }),
  },
  getRoleSwitches: {},
  updateRoleSwitches: { body: { viewer: true } },
  getSystemHealth: {},
  getDashboardSummary: {},
  getQueuesHealth: {},
  getTrends: {},
  getQueueMetrics: {},
  getStatus: {},
  openEvents: {},
  getExecutionStats: {},
  getActiveAlerts: {},
  acknowledgeAlert: { given: firingAlert },
  acknowledgeAlerts: { body: { ids: ['a1b2c3d4'] } },
  getAlertHistory: {},
  getAlertThresholds: {},
  updateAlertThresholds: { body: { queueDepth: { warning: 1_000, critical: 10_000 } } },
  getQueueAlertThresholds: {},
  updateQueueAlertThresholds: { body: { errorRate: { warning: 5 }, alertAfterMs: 30_000 } },
  getAlertSilences: {},
  createAlertSilence: { body: { queueName: 'email-sending', until: '2026-05-04T12:00:00Z', why: 'a migration' } },
  deleteAlertSilence: { given: silence },
  getAlertNotifiers: {},
  testAlertNotifier: { given: rested, params: { notifierName: 'ops' } },
  getWorkerMemory: {},
  getCurrentMemory: {},
  getMemoryHistory: {},
  getMemoryConfig: {},
  updateMemoryConfig: { body: { worker: { softLimit: 300 }, recycling: { afterJobs: 1_000 } } },
  getRecycles: {},
  recycleWorker: { given: worker, body: { reason: 'memory', graceful: true } },
  getScalingPolicies: {},
  updateScalingPolicy: {
    body: { maxWorkers: 7, scaleUpThreshold: { cpuPercent: 80 }, cooldownSeconds: { scaleUp: 5 } },
  },
  getScalingDecision: {},
  getScalingHistory: {},
  setScalingHold: { body: { workers: 2, seconds: 600, reason: 'a sale' } },
  endScalingHold: { given: hold },
  simulateScaling: {
    given: queue,
    body: { queueName: 'email-sending', service: { meanMs: 500 }, policy: { maxWorkers: 9 } },
  },
  getRateLimitConfig: {},
  getRateLimitStatus: { params: { limiterName: 'stripeApi' } },
  getRateLimitHistory: { params: { limiterName: 'stripeApi' } },
  updateRateLimit: {
    params: { limiterName: 'stripeApi' },
    body: { perSecond: 10 },
    bodyOfMissing: { perSecond: null },
  },
  deleteRateLimit: { given: limiter, params: { limiterName: 'partnerApi' } },
  getTimeoutConfig: {},
  getDefaultTimeout: {},
  updateDefaultTimeout: { body: { timeout: 60_000, shadow: true } },
  updateTimeout: { body: { timeout: 60_000, adaptiveEnabled: true } },
  pauseQueue: { given: queue },
  resumeQueue: { given: queue },
  cleanQueue: { given: queue, body: { status: 'failed', grace: 0, limit: 10 } },
  retryFailedJobs: { given: queue },
  startOperation: { given: queue, body: { kind: 'pause', queues: ['email-sending'] } },
  getOperations: {},
  getOperation: { given: operation },
  cancelOperation: { given: slowOperation },
  getJobs: { given: job },
  findJobs: { given: job },
  searchJobs: {
    given: job,
    body: { filter: { where: [{ path: 'data.to', op: '=', value: 'ada@example.com' }] }, limit: 10 },
  },
  scanFailures: { given: job, body: { queues: ['email-sending'] } },
  getJob: { given: job },
  getJobLogs: { given: job },
  getJobValue: { given: job },
  getJobTree: { given: job },
  getJobSchema: { given: job },
  addJob: { given: job, body: { name: 'welcome', options: { attempts: 3 } } },
  changeJobs: { given: job, body: { action: 'retry', jobIds: ['job-1'] } },
  editJob: { given: job, body: { priority: 3 } },
  duplicateJob: { given: job, body: { options: { priority: 3 } } },
  getJobTrash: { given: job },
  restoreJobs: { given: job, body: { ids: ['no-longer-there'] } },
  getQuarantine: {},
  releaseJobs: { body: { ids: ['no-longer-there'] } },
  discardJobs: { body: { ids: ['no-longer-there'] } },
  getSchedules: { given: schedule },
  getSchedule: { given: schedule },
  createSchedule: {
    given: queue,
    get body() {
      made += 1;
      return {
        queueName: 'email-sending',
        scheduleId: `nightly-${made}`,
        jobName: 'report',
        pattern: '0 3 * * *',
        tz: 'Europe/Berlin',
      };
    },
  },
  updateSchedule: { given: schedule, body: { pattern: '30 3 * * *' } },
  deleteSchedule: { given: schedule },
  pauseSchedule: { given: schedule },
  resumeSchedule: { given: schedule },
  runSchedule: { given: schedule },
  getRunningJobs: { given: job },
  getAudit: {},
  exportAudit: {},
};
