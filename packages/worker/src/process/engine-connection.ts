import { type BackendFactory, createPostgresBackend, createRedisBackend, type IQueueBackend } from 'bullmq';
import { Cluster } from 'ioredis';
import type { WorkerProcessEngine } from './worker-process-spec.js';

// biome-ignore lint/suspicious/noExplicitAny: which engine it is, is only known at run time
type AnyBackendFactory = BackendFactory<IQueueBackend, any>;

export interface EngineConnection {
  readonly options: { readonly connection: unknown; readonly prefix?: string };
  readonly backendFactory: AnyBackendFactory;
}

/** BullMQ backs off to 20 s, which is twice what a worker may take to notice that the engine is back. */
const MAX_RECONNECT_WAIT_MS = 2_000;
/**
 * An engine that owes an answer for so long is hung, or behind a network that swallows packets:
 * TCP alone would wait for a quarter of an hour. Longer than BullMQ's own blocking commands.
 */
const SILENCE_MS = 20_000;
/** With the connection that listens for jobs, a worker takes three of PostgreSQL's connections. */
const POOL_SIZE = 2;

const retryStrategy = (attempt: number): number => Math.min(100 * 2 ** Math.min(attempt, 10), MAX_RECONNECT_WAIT_MS);

/**
 * Turns the engine of a spec into what BullMQ's constructor takes. Called per attempt to
 * connect: a PostgreSQL backend that failed to start once fails for good.
 */
export function connectEngine(engine: WorkerProcessEngine): EngineConnection {
  if (engine.kind === 'postgres') {
    const connection = {
      max: POOL_SIZE,
      connectionTimeoutMillis: 5_000,
      query_timeout: SILENCE_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      ...engine.connection,
      ...(engine.schema === undefined ? {} : { schema: engine.schema }),
    };
    return { options: { connection }, backendFactory: createPostgresBackend };
  }
  const prefix = engine.prefix === undefined ? {} : { prefix: engine.prefix };
  // A command that gives up after 20 reconnects would make BullMQ fail a job that succeeded.
  const redisOptions = { ...engine.connection, retryStrategy, maxRetriesPerRequest: null, socketTimeout: SILENCE_MS };
  if (engine.kind === 'redis')
    return { options: { connection: redisOptions, ...prefix }, backendFactory: createRedisBackend };
  const cluster = new Cluster([...engine.nodes], { redisOptions, clusterRetryStrategy: retryStrategy });
  return { options: { connection: cluster, ...prefix }, backendFactory: createRedisBackend };
}

const LOST_CODES = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08|57P0|53300)/;
const LOST_MESSAGES =
  /connection (is closed|terminated|error|timeout)|timeout exceeded when trying to connect|query read timeout|LOADING/i;

/** True when the engine went away during the call, so that the same call is worth repeating. */
export function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && LOST_CODES.test(code)) || LOST_MESSAGES.test(error.message);
}
