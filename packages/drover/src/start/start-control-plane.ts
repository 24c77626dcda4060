import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import {
  type ApiServices,
  AuditTrail,
  createReads,
  EngineTopics,
  publishEntries,
  type Reads,
  SettingsCache,
  startMonitor,
} from '@drover/control-plane';
import { defaultRetention, type Engine } from '@drover/core';
import { openEngine } from '@drover/engines';
import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { version } from '../version.js';
import { engineLog } from './log.js';
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
  readonly services: ApiServices;
}

/** What every control plane has, standing alone or mounted in a host: engine, settings, monitor, services. */
export async function startControlPlane({
  config,
  log,
  observe,
  shutdown,
}: ControlPlaneOptions): Promise<ControlPlane> {
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

  const monitor = startMonitor({
    engine,
    clock: systemClock,
    log: log.child({ part: 'monitor' }),
    instanceId,
    version,
    environment: config.environment,
    tickMs: config.tickMs,
    retention: defaultRetention,
    thresholdsFor: (queueName) => config.queues.get(queueName)?.thresholds ?? config.thresholds,
    limitsFor: (queueName) => config.queues.get(queueName)?.memory ?? config.memory,
    steers: !observe,
  });
  shutdown.add('monitor', () => monitor.stop());

  return {
    instanceId,
    engine,
    settings,
    audit,
    services: createServices({ engine, trail: audit, topics }),
    reads: createReads({ engine, monitor, clock: systemClock, retention: defaultRetention }),
  };
}
