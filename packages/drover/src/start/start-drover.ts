import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createApp, createAuth, type FirstAdmin, serve } from '@drover/control-plane';
import { startEmbedded } from '@drover/engines';
import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { engineLog } from './log.js';
import { Shutdown } from './shutdown.js';
import { startControlPlane } from './start-control-plane.js';
import { startKeda } from './start-keda.js';
import { startWorkers } from './start-workers.js';
import { systemClock } from './system-clock.js';

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
 * Puts the parts together: engine, monitor, access, HTTP, workers. What was started before
 * a failure is stopped again, in reverse.
 */
export async function startDrover({ config, log, observe, env }: StartOptions): Promise<RunningDrover> {
  const shutdown = new Shutdown(log);
  try {
    if (config.engine === 'embedded') {
      const server = await startEmbedded(config.dataDir, { log: engineLog(log) });
      shutdown.add('embedded engine', () => server.stop());
    }
    const plane = await startControlPlane({ config, log, observe, shutdown });

    const auth = await createAuth({
      settings: plane.settings,
      audit: plane.audit,
      clock: systemClock,
      ...(env.DROVER_API_TOKEN ? { apiToken: env.DROVER_API_TOKEN } : {}),
    });
    const admin = await auth.ensureFirstAdmin({
      ...(env.DROVER_ADMIN_EMAIL ? { email: env.DROVER_ADMIN_EMAIL } : {}),
      ...(env.DROVER_ADMIN_PASSWORD ? { password: env.DROVER_ADMIN_PASSWORD } : {}),
    });

    const kedaMetrics = await startKeda(config, plane, log, shutdown);
    const app = createApp({
      services: plane.services,
      reads: plane.reads,
      auth,
      log: log.child({ part: 'http' }),
      trustProxy: config.trustProxy,
      metrics: config.metrics,
      ...(kedaMetrics && { kedaMetrics }),
      ...dashboard(),
    });
    const server = await serve(app, { host: config.host, port: config.port });
    shutdown.add('http', () => server.close());

    if (!observe) await startWorkers(config, plane, log, shutdown);
    return { url: server.url, admin, engineAddress: plane.engine.address, stop: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

function dashboard(): { dashboardDir?: string } {
  const folder = dashboardFolders.find(existsSync);
  return folder === undefined ? {} : { dashboardDir: folder };
}
