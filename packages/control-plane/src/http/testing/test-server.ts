import { apiBasePath } from '@drover/contract';
import {
  defaultMemoryLimits,
  defaultMessageTiming,
  defaultRetention,
  defaultThresholds,
  type ScalingVerdict,
} from '@drover/core';
import { type Logger, pino } from 'pino';
import { type Auth, type AuthOptions, createAuth } from '../../auth/create-auth.js';
import type { LeaderDuty } from '../../monitor/leader-duty.js';
import { type Alerting, createAlerting } from '../../notifiers/create-alerting.js';
import type { NotifierConfig } from '../../notifiers/notifier.js';
import { MemoryEngine } from '../../testing/memory-engine.js';
import { createAuditService } from '../../use-cases/audit/audit-service.js';
import { AuditTrail } from '../../use-cases/audit/audit-trail.js';
import type { JobSchemas } from '../../use-cases/jobs/job-schemas.js';
import { createJobs } from '../../use-cases/jobs/jobs-service.js';
import { EngineTopics } from '../../use-cases/live-topics.js';
import { createMemoryConfig } from '../../use-cases/memory/memory-config.js';
import { createMemoryService } from '../../use-cases/memory/memory-service.js';
import { startOperations } from '../../use-cases/operations/start-operations.js';
import { createQuarantine } from '../../use-cases/quarantine/create-quarantine.js';
import { createRateLimits } from '../../use-cases/rate-limits/create-rate-limits.js';
import { createRunning } from '../../use-cases/running/running-jobs.js';
import { createScaling } from '../../use-cases/scaling/create-scaling.js';
import { createSchedules } from '../../use-cases/schedules/schedules-service.js';
import { SettingsCache } from '../../use-cases/settings-cache.js';
import { createTimeouts } from '../../use-cases/timeouts/create-timeouts.js';
import { createWhatIf } from '../../use-cases/what-if/create-what-if.js';
import { type App, type AppOptions, createApp } from '../create-app.js';
import type { ApiServices } from '../handlers/index.js';
import { type HttpServer, serve } from '../serve.js';
import { FakeReads } from './fake-reads.js';
import { FakeClock, MemoryAudit, MemorySettings } from './memory-stores.js';

export const adminEmail = 'ada@example.com';
export const adminPassword = 'correct horse battery';
export const apiToken = 'a-token-of-the-environment';

export interface TestServer {
  readonly url: string;
  /** The API's base. */
  readonly api: string;
  readonly reads: FakeReads;
  /** Everything of the engine but settings and audit, which are `settings` and `audit`. */
  readonly engine: MemoryEngine;
  readonly topics: EngineTopics;
  /** What the leader decided last, by queue. */
  readonly verdicts: Record<string, ScalingVerdict>;
  readonly services: ApiServices;
  /** What the leader does after each tick about jobs that crash with their workers. */
  readonly quarantineDuty: LeaderDuty;
  readonly alerting: Alerting;
  readonly settings: MemorySettings;
  readonly cache: SettingsCache;
  readonly audit: MemoryAudit;
  readonly trail: AuditTrail;
  readonly clock: FakeClock;
  readonly auth: Auth;
  readonly app: App;
  readonly server: HttpServer;
  /** What was logged, one JSON line each. */
  readonly logged: string[];
  /** Headers of a caller with that token, an admin by default. */
  bearer(token?: string): { Authorization: string };
  close(): Promise<void>;
}

export type TestServerOptions = Partial<Omit<AppOptions, 'reads' | 'auth' | 'log'>> &
  Pick<Partial<AuthOptions>, 'passwords'> & {
    /** Shared, it makes two servers two control planes. */
    readonly engine?: MemoryEngine;
    readonly notifiers?: Readonly<Record<string, NotifierConfig>>;
    readonly schemas?: JobSchemas;
  };

/** A whole server on a free port, over stores in memory. */
export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  const logged: string[] = [];
  const log: Logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  const [settings, audit, clock, reads] = [new MemorySettings(), new MemoryAudit(), new FakeClock(), new FakeReads()];
  const cache = new SettingsCache({ settings });
  await cache.refresh();
  const { passwords, notifiers = {}, schemas, engine = new MemoryEngine(clock.nowMs), ...appOptions } = options;
  const topics = new EngineTopics({ records: engine.records, nowMs: clock.nowMs, log, everyMs: 20 });
  const trail = new AuditTrail({ audit, nowMs: clock.nowMs });
  trail.start();
  const auth = await createAuth({ settings: cache, audit: trail, clock, apiToken, ...(passwords && { passwords }) });
  const memory = createMemoryService({
    engine,
    config: createMemoryConfig(cache, { worker: defaultMemoryLimits, queues: {} }),
    reads,
    topics,
    clock,
  });
  const alerting = createAlerting({
    records: engine.records,
    settings: cache,
    topics,
    clock,
    log,
    tickMs: 5_000,
    config: {
      thresholds: { configured: defaultThresholds, configuredFor: () => ({}) },
      notifiers: new Map(Object.entries(notifiers)),
      routes: [{ notifiers: Object.keys(notifiers) }],
      timing: defaultMessageTiming,
      letterhead: { environment: 'test', dashboardUrl: null },
    },
  });
  const redact = ['data.card.number', '*.password'];
  const operations = startOperations({ engine, reads, topics, audit: trail, clock, instanceId: 'test', log, redact });
  const verdicts: Record<string, ScalingVerdict> = {};
  const scaling = createScaling({
    engine,
    settings: cache,
    topics,
    nowMs: clock.nowMs,
    tickMs: 5_000,
    configured: new Map([['email-sending', { minWorkers: 1, maxWorkers: 4 }]]),
  });
  // Time goes on by hand here.
  const sleep = async (ms: number) => clock.advance(ms);
  const jobs = createJobs({
    ...{ engine, reads, settings: cache, clock, revealRole: 'admin', sleep },
    redact,
    ...(schemas && { schemas }),
  });
  const quarantine = createQuarantine({ ...{ engine, settings: cache, log, sleep }, afterCrashes: 3 });
  const services: ApiServices = {
    schedules: createSchedules({ engine, reads, clock }),
    running: createRunning({ jobs: engine.jobs, reads, clock }),
    alerting: alerting.services(reads.current),
    audit: createAuditService({ trail, log: audit }),
    topics,
    memory,
    rateLimits: createRateLimits({ engine, settings: cache, configured: {}, nowMs: clock.nowMs }).service,
    timeouts: createTimeouts(cache, { queues: {} }).service,
    operations,
    jobs,
    quarantine: quarantine.service(jobs),
    scaling: scaling.service({ reads, verdicts: () => verdicts }),
    whatIf: createWhatIf({
      ...{ engine, reads, retention: defaultRetention, policies: scaling.policies, nowMs: clock.nowMs },
      configuredQueues: ['email-sending'],
    }),
  };
  const app = createApp({
    reads: operations.reads,
    services,
    auth,
    log,
    nowMs: clock.nowMs,
    ...appOptions,
  });
  const server = await serve(app, { port: 0 });
  return {
    url: server.url,
    api: `${server.url}${apiBasePath}`,
    reads,
    engine,
    topics,
    verdicts,
    services,
    quarantineDuty: quarantine.duty,
    alerting,
    settings,
    cache,
    audit,
    trail,
    clock,
    auth,
    app,
    server,
    logged,
    bearer: (token = apiToken) => ({ Authorization: `Bearer ${token}` }),
    async close() {
      await server.close(200);
      await alerting.stop();
      await operations.stop();
      await topics.stop();
      await trail.stop();
      cache.stop();
    },
  };
}
