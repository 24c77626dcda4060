import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  createApp,
  createAuth,
  createLocalSupervisor,
  createReads,
  type FirstAdmin,
  type LocalSupervisor,
  SettingsCache,
  serve,
  startMonitor,
} from '@drover/control-plane';
import { defaultRetention, type Engine, keepAdoptedMsFor } from '@drover/core';
import { openEngine, startEmbedded } from '@drover/engines';
import { spawnWorkerProcess } from '@drover/worker/process';
import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { version } from '../version.js';
import { startLocalHost } from './local-host.js';
import { engineLog } from './log.js';
import { createServices } from './services.js';
import { Shutdown } from './shutdown.js';
import { systemClock } from './system-clock.js';
import { currentWorkerEngine } from './worker-engine.js';
import { workerSpec } from './worker-spec.js';

export interface StartOptions {
  readonly config: ResolvedConfig;
  readonly log: Logger;
  /** Watches only: no worker is started, nothing of BullMQ's is changed. */
  readonly observe: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface RunningDrover {
  readonly url: string;
  readonly admin: FirstAdmin;
  readonly engineAddress: string;
  /** Drains the workers of this host, then ends everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** The dashboard as this package ships it, or as its workspace built it. */
const dashboardFolders = ['../dashboard/', '../../../dashboard/dist/'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/**
 * Puts the parts together: engine, access, monitor, workers, HTTP. What was started before
 * a failure is stopped again, in reverse.
 */
export async function startDrover(options: StartOptions): Promise<RunningDrover> {
  const { config, log, observe, env } = options;
  const shutdown = new Shutdown(log);
  const instanceId = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  try {
    const engine = await startEngine(config, observe, log, shutdown);

    const settings = new SettingsCache({
      settings: engine.settings,
      onFailure: (error) => log.warn({ err: error }, 'cannot read settings: the last known ones hold'),
    });
    await settings.start();
    shutdown.add('settings', async () => settings.stop());
    const auth = await createAuth({
      settings,
      audit: engine.audit,
      clock: systemClock,
      ...(env.DROVER_API_TOKEN ? { apiToken: env.DROVER_API_TOKEN } : {}),
      onAuditFailure: (error) => log.error({ err: error }, 'the audit log could not be written'),
    });
    shutdown.add('access', () => auth.stop());
    const admin = await auth.ensureFirstAdmin({
      ...(env.DROVER_ADMIN_EMAIL ? { email: env.DROVER_ADMIN_EMAIL } : {}),
      ...(env.DROVER_ADMIN_PASSWORD ? { password: env.DROVER_ADMIN_PASSWORD } : {}),
    });

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

    const app = createApp({
      services: createServices({ engine }),
      reads: createReads({ engine, monitor, clock: systemClock, retention: defaultRetention }),
      auth,
      log: log.child({ part: 'http' }),
      trustProxy: config.trustProxy,
      ...dashboard(),
    });
    const server = await serve(app, { host: config.host, port: config.port });
    shutdown.add('http', () => server.close());

    if (!observe) await startWorkers(options, engine, instanceId, shutdown);
    return { url: server.url, admin, engineAddress: engine.address, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function startEngine(config: ResolvedConfig, observe: boolean, log: Logger, shutdown: Shutdown): Promise<Engine> {
  const say = engineLog(log);
  if (config.engine === 'embedded') {
    const server = await startEmbedded(config.dataDir, { log: say });
    shutdown.add('embedded engine', () => server.stop());
  }
  const engine = await openEngine(config.engine, { ...config, migrateBullMQ: !observe, log: say });
  shutdown.add('engine', () => engine.close());
  return engine;
}

async function startWorkers(
  { config, log }: StartOptions,
  engine: Engine,
  instanceId: string,
  shutdown: Shutdown,
): Promise<void> {
  const supervisor = config.runWorkers ? await startSupervisor(config, log, engine, instanceId) : null;
  const graceMs = Math.max(0, ...[...config.queues.values()].map((queue) => queue.graceMs));
  if (supervisor) shutdown.add('workers', () => supervisor.stop({ graceMs }));
  const host = startLocalHost({ engine, config, instanceId, version, log, supervisor });
  shutdown.add('host', () => host.stop());
}

async function startSupervisor(
  config: ResolvedConfig,
  log: Logger,
  engine: Engine,
  instanceId: string,
): Promise<LocalSupervisor> {
  const workerEngine = await currentWorkerEngine(config);
  const host = hostname();
  return createLocalSupervisor({
    host,
    instanceId,
    fleet: engine.fleet,
    clock: systemClock,
    log: log.child({ part: 'workers' }),
    limits: { keepAdoptedMs: keepAdoptedMsFor(config.tickMs) },
    spawn: (worker) => spawnWorkerProcess(workerSpec(config, workerEngine, { ...worker, host })),
  });
}

function dashboard(): { dashboardDir?: string } {
  const folder = dashboardFolders.find(existsSync);
  return folder === undefined ? {} : { dashboardDir: folder };
}
