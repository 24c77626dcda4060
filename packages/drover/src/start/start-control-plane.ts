import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type AlertingConfig,
  type ApiServices,
  AuditTrail,
  createAlerting,
  createJobs,
  createMemoryConfig,
  createMemoryDuties,
  createQuarantine,
  createRateLimits,
  createReads,
  createRunning,
  createScaling,
  createSchedules,
  createTimeouts,
  createWhatIf,
  EngineTopics,
  type MemoryConfig,
  publishEntries,
  type Reads,
  type Scaling,
  SettingsCache,
  startMonitor,
  startOperations,
} from '@drover/control-plane';
import { defaultRetention, type Engine, type MemoryBase, type TimeoutsDocument } from '@drover/core';
import { openEngine } from '@drover/engines';
import type { Logger } from 'pino';
import { readJobSchemas } from '../config/job-schemas.js';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { version } from '../version.js';
import { engineLog } from './log.js';
import { createPlatforms } from './platforms.js';
import { createServices } from './services.js';
import type { Shutdown } from './shutdown.js';
import { systemClock } from './system-clock.js';

export interface ControlPlaneOptions {
  readonly config: ResolvedConfig;
  readonly log: Logger;
  /** Watches only: nothing of BullMQ's is changed. */
  readonly observe: boolean;
  /** Gets everything that was started, also when a later part fails. */
  readonly shutdown: Shutdown;
}

export interface ControlPlane {
  readonly instanceId: string;
  readonly engine: Engine;
  readonly settings: SettingsCache;
  readonly audit: AuditTrail;
  readonly reads: Reads;
  readonly memory: MemoryConfig;
  readonly services: ApiServices;
}

/** What every control plane has, standing alone or mounted in a host: engine, settings, monitor, services. */
export async function startControlPlane({
  config,
  log,
  observe,
  shutdown,
}: ControlPlaneOptions): Promise<ControlPlane> {
  // Before anything is started: what is wrong with it is told at once.
  const schemas = await readJobSchemas(config.queues.values());
  const instanceId = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const engine = await openEngine(config.engine, { ...config, migrateBullMQ: !observe, log: engineLog(log) });
  shutdown.add('engine', () => engine.close());

  const settings = new SettingsCache({
    settings: engine.settings,
    onFailure: (error) => log.warn({ err: error }, 'cannot read settings: the last known ones hold'),
  });
  await settings.start();
  shutdown.add('settings', async () => settings.stop());

  const topics = new EngineTopics({
    records: engine.records,
    nowMs: systemClock.nowMs,
    log: log.child({ part: 'topics' }),
  });
  shutdown.add('topics', () => topics.stop());

  const audit = new AuditTrail({
    audit: engine.audit,
    nowMs: systemClock.nowMs,
    onFailure: (error) => log.error({ err: error }, 'the audit log could not be written: entries wait'),
    onWritten: (entries) => publishEntries(topics, entries),
  });
  audit.start();
  shutdown.add('audit', () => audit.stop());

  const alerting = createAlerting({
    records: engine.records,
    settings,
    topics,
    clock: systemClock,
    log: log.child({ part: 'alerts' }),
    tickMs: config.tickMs,
    config: alertingConfig(config),
  });
  const memory = createMemoryConfig(settings, memoryBase(config));
  const timeouts = createTimeouts(settings, timeoutsConfig(config));
  const rateLimits = createRateLimits({ engine, settings, configured: config.limiters, nowMs: systemClock.nowMs });
  const reasonFor = (queueName: string): string => scaling.fleet.verdicts.get(queueName)?.reason ?? '';
  const platforms = observe ? null : createPlatforms(config, engine, reasonFor, log, shutdown);
  const scaling: Scaling = createScaling({
    engine: platforms?.engine ?? engine,
    settings,
    topics,
    nowMs: systemClock.nowMs,
    tickMs: config.tickMs,
    configured: config.queues,
  });
  const quarantine = createQuarantine({
    ...{ engine, settings, afterCrashes: config.quarantine.afterCrashes },
    log: log.child({ part: 'quarantine' }),
  });
  const monitor = startMonitor({
    engine: platforms?.engine ?? engine,
    clock: systemClock,
    log: log.child({ part: 'monitor' }),
    instanceId,
    version,
    environment: config.environment,
    tickMs: config.tickMs,
    retention: defaultRetention,
    keepAuditDays: config.audit.keepDays,
    thresholdsFor: alerting.thresholdsFor,
    alerts: alerting.watch,
    limitsFor: (queueName) => memory.limitsFor(queueName),
    steers: !observe,
    ...(observe ? {} : { scaling: scaling.fleet }),
    limiterFigures: rateLimits.figures,
    tallyJobNames: config.metrics.jobNames,
    duties: [
      alerting.duty,
      rateLimits.duty,
      rateLimits.figures,
      ...(observe ? [] : [...createMemoryDuties({ engine, config: memory, topics }), timeouts.duty, quarantine.duty]),
      ...(platforms ? [platforms.duty] : []),
    ],
  });
  shutdown.add('monitor', () => monitor.stop());
  // Before the lease is given up: the next leader would send once more what is under way.
  shutdown.add('notifiers', () => alerting.stop());

  const operations = startOperations({
    ...{ engine, topics, audit, instanceId, clock: systemClock },
    reads: createReads({ engine, monitor, clock: systemClock, retention: defaultRetention }),
    log: log.child({ part: 'operations' }),
    observes: observe,
    redact: config.redact,
  });
  shutdown.add('operations', () => operations.stop());
  const { reads } = operations;
  const { redact, revealRole } = config;
  const schedules = createSchedules({ engine, reads, clock: systemClock, observes: observe });
  const running = createRunning({ jobs: engine.jobs, reads, clock: systemClock });
  const jobs = createJobs({
    engine,
    reads,
    settings,
    clock: systemClock,
    redact,
    revealRole,
    schemas,
    observes: observe,
  });
  return {
    instanceId,
    engine,
    settings,
    audit,
    reads,
    memory,
    services: createServices({
      engine,
      alerting: alerting.services(reads.current),
      trail: audit,
      topics,
      operations,
      jobs,
      quarantine: quarantine.service(jobs),
      schedules,
      running,
      reads,
      memory,
      rateLimits: rateLimits.service,
      timeouts: timeouts.service,
      scaling: scaling.service({ reads, verdicts: () => monitor.published()?.scaling ?? {} }),
      whatIf: createWhatIf({
        ...{ engine, reads, retention: defaultRetention, policies: scaling.policies, nowMs: systemClock.nowMs },
        configuredQueues: [...config.queues.keys()],
      }),
    }),
  };
}

function alertingConfig(config: ResolvedConfig): AlertingConfig {
  const { environment, thresholds, queues, notifiers, notifications } = config;
  const { routes, dashboardUrl, ...timing } = notifications;
  return {
    thresholds: { configured: thresholds, configuredFor: (queueName) => queues.get(queueName)?.ownThresholds ?? {} },
    notifiers,
    routes,
    timing,
    letterhead: { environment, dashboardUrl },
  };
}

function timeoutsConfig({ timeout, queues }: ResolvedConfig): TimeoutsDocument {
  const own = [...queues.values()].filter(({ ownTimeout }) => Object.keys(ownTimeout).length > 0);
  return {
    ...(Object.keys(timeout).length > 0 && { default: timeout }),
    queues: Object.fromEntries(own.map(({ queueName, ownTimeout }) => [queueName, ownTimeout])),
  };
}

function memoryBase(config: ResolvedConfig): MemoryBase {
  const queues = [...config.queues.values()].map(({ queueName, ownMemory }) => [queueName, ownMemory] as const);
  return { worker: config.memory, queues: Object.fromEntries(queues) };
}
