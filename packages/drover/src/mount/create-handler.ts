import { type Authorize, type Middleware, mountApi, toMiddleware } from '@drover/control-plane';
import type { Logger } from 'pino';
import { loadConfig } from '../config/load-config.js';
import type { DroverConfig } from '../config/schema.js';
import { createLog } from '../start/log.js';
import { Shutdown } from '../start/shutdown.js';
import { startControlPlane } from '../start/start-control-plane.js';
import { startWorkers } from '../start/start-workers.js';
import { LazyApi } from './lazy-api.js';

export type HandlerOptions = Pick<DroverConfig, 'engine' | 'dataDir'> & {
  /** Who makes a request, by the host's own sign-in; `null` for nobody. Asked at every request. */
  readonly authorize: Authorize;
  /** Path of the configuration; `drover.config.*` of the working folder by default. */
  readonly config?: string;
  /** Where the API is mounted; `/api/admin/queue-system` unless told. */
  readonly basePath?: string;
  /** `trace` to `silent`; `warn` unless told. JSON lines on standard error. */
  readonly logLevel?: string;
};

export interface DroverHandler {
  /** Web standard: a route handler of Next.js, Hono, SvelteKit. Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Express and Connect, before or after `express.json()`; passes on what is not below the base path. */
  readonly middleware: Middleware;
  /** Connects now, not at the first request. Rejects with the reason; the next request tries again. */
  start(): Promise<void>;
  /** Ends event streams and leaves the fleet. */
  close(): Promise<void>;
}

/**
 * The API inside your own server. The process becomes one more control plane on the engine: it runs no
 * worker, and takes over the monitor when no other does. Nothing is connected before the first request,
 * so that a build may load the module. An embedded engine must be running (`drover start`).
 */
export function createHandler(options: HandlerOptions): DroverHandler {
  const { authorize, config, basePath, logLevel = 'warn', ...overrides } = options;
  const log = createLog(logLevel);
  const lazy = new LazyApi(() => begin({ authorize, config, basePath, log, overrides }), log);
  return {
    fetch: (request) => lazy.fetch(request),
    middleware: toMiddleware(lazy, basePath),
    start: () => lazy.start(),
    close: () => lazy.close(),
  };
}

interface BeginOptions {
  readonly authorize: Authorize;
  readonly config: string | undefined;
  readonly basePath: string | undefined;
  readonly log: Logger;
  readonly overrides: Pick<DroverConfig, 'engine' | 'dataDir'>;
}

async function begin({ authorize, config: file, basePath, log, overrides }: BeginOptions) {
  const config = { ...(await loadConfig(file, overrides)), runWorkers: false };
  const shutdown = new Shutdown(log);
  try {
    const plane = await startControlPlane({ config, log, observe: false, shutdown });
    const api = mountApi({
      reads: plane.reads,
      services: plane.services,
      authorize,
      log: log.child({ part: 'http' }),
      trustProxy: config.trustProxy,
      metrics: config.metrics,
      ...(basePath !== undefined && { basePath }),
    });
    shutdown.add('http', () => api.close());
    await startWorkers(config, plane, log, shutdown);
    return { fetch: api.fetch, close: () => shutdown.run() };
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}
