import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  DEFAULT_SCHEMA,
  type IQueueBackend,
  type PostgresConnectionOptions,
  Queue,
  type QueueOptions,
} from 'bullmq';
import { readEmbeddedUrl } from './embedded/engine-file.js';
import { type EngineOptions, type ResolvedOptions, resolveOptions } from './engine-options.js';
import { enginePrefixes } from './engine-prefixes.js';
import { parseEngineUrl } from './engine-url.js';
import { prepareBullMQSchema } from './postgres/bullmq-schema.js';
import { PostgresLink } from './postgres/postgres-link.js';
import { createRedisClient, type RedisTarget, waitUntilReady } from './redis/redis-link.js';

/** What BullMQ takes as `connection`, on either engine. */
export type EngineConnection = ConnectionOptions | PostgresConnectionOptions;
export type EngineBackendFactory = BackendFactory<IQueueBackend, EngineConnection>;
/** A BullMQ queue on whichever engine. */
export type EngineQueue<Data = unknown, Result = unknown> = Queue<
  Data,
  Result,
  string,
  Data,
  Result,
  string,
  IQueueBackend,
  EngineConnection
>;
export type EngineQueueOptions = Omit<QueueOptions<EngineConnection>, 'connection' | 'prefix'>;

/** The engine's part of a BullMQ Worker's constructor: `new Worker(name, processor, { ...options }, backendFactory)`. */
export interface WorkerArgs {
  readonly options: { readonly connection: EngineConnection; readonly prefix?: string };
  readonly backendFactory: EngineBackendFactory;
}

/** A program's way to its queues: everything shares one set of connections. */
export interface QueueConnection {
  /** The queue of that name; one instance per name, made with the options of the first call. */
  queue<Data = unknown, Result = unknown>(name: string, options?: EngineQueueOptions): EngineQueue<Data, Result>;
  workerArgs(): WorkerArgs;
  /** Closes the queues and connections it made. Close workers before. */
  close(): Promise<void>;
}

const QUEUE_CONNECTIONS = 4;
/** A worker keeps one connection for LISTEN and needs others to fetch and finish jobs. */
const CONNECTIONS_PER_WORKER = 3;
const CONNECT_TIMEOUT_MS = 5000;
/** With delays up to 2 s an `add` rides out about 10 s of outage, and then fails instead of hanging. */
const ADD_RETRIES = 10;

/** Connects a program to its queues on an engine. Rejects within seconds when nothing answers there. */
export async function openQueues(url: string, options: EngineOptions = {}): Promise<QueueConnection> {
  const target = parseEngineUrl(url);
  const resolved = resolveOptions({ ...options, ...enginePrefixes(url, options) }, QUEUE_CONNECTIONS);
  if (target.kind === 'embedded') return openOnPostgres(await readEmbeddedUrl(resolved.dataDir), resolved);
  return target.kind === 'postgres' ? openOnPostgres(target, resolved) : openOnRedis(target, resolved);
}

async function openOnPostgres(
  { url, address }: { readonly url: string; readonly address: string },
  { schema, maxConnections, migrateBullMQ, log }: ResolvedOptions,
): Promise<QueueConnection> {
  const link = new PostgresLink({ url, address, schema, maxConnections, log });
  try {
    await prepareBullMQSchema(link, schema, migrateBullMQ);
  } catch (error) {
    await link.close();
    throw error;
  }
  const backendFactory = createPostgresBackend as EngineBackendFactory;
  // BullMQ checks its default schema on any pool it is handed; another one it takes only with
  // connections of its own, two for each queue.
  const connection: PostgresConnectionOptions =
    schema === DEFAULT_SCHEMA ? link.sharedPool : { connectionString: url, schema, max: 2 };
  // Each BullMQ class listens for the shared pool's errors.
  link.pool.setMaxListeners(0);
  const queues = new QueueCache(
    (name, queueOptions) => new Queue(name, { ...queueOptions, connection }, backendFactory),
  );
  return {
    queue: (name, queueOptions) => queues.get(name, queueOptions),
    workerArgs: () => {
      // A pool that LISTEN has used up would hang every worker on it.
      link.pool.options.max += CONNECTIONS_PER_WORKER;
      return { options: { connection }, backendFactory };
    },
    close: async () => {
      await queues.close();
      await link.close();
    },
  };
}

async function openOnRedis(target: RedisTarget, { prefix, log }: ResolvedOptions): Promise<QueueConnection> {
  const client = createRedisClient(target, { maxRetriesPerRequest: ADD_RETRIES }, log);
  await waitUntilReady(client, target.address, CONNECT_TIMEOUT_MS);
  const backendFactory = createRedisBackend as EngineBackendFactory;
  const queues = new QueueCache(
    (name, queueOptions) => new Queue(name, { ...queueOptions, connection: client, prefix }, backendFactory),
  );
  // Workers wait for the engine however long it takes; an `add` must not. Hence two clients.
  let workerClient: ReturnType<typeof createRedisClient> | undefined;
  return {
    queue: (name, queueOptions) => queues.get(name, queueOptions),
    workerArgs: () => {
      workerClient ??= createRedisClient(target, { maxRetriesPerRequest: null }, log);
      return { options: { connection: workerClient as ConnectionOptions, prefix }, backendFactory };
    },
    close: async () => {
      await queues.close();
      client.disconnect();
      workerClient?.disconnect();
    },
  };
}

/** One Queue per name. */
class QueueCache {
  private readonly queues = new Map<string, EngineQueue>();
  private readonly create: (name: string, options: EngineQueueOptions) => EngineQueue;

  constructor(create: (name: string, options: EngineQueueOptions) => EngineQueue) {
    this.create = create;
  }

  get<Data, Result>(name: string, options: EngineQueueOptions = {}): EngineQueue<Data, Result> {
    let queue = this.queues.get(name);
    if (queue === undefined) {
      queue = this.create(name, options);
      // The failing call rejects as well; unheard, the event would end the process.
      queue.on('error', () => undefined);
      this.queues.set(name, queue);
    }
    return queue as EngineQueue<Data, Result>;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.queues.values()].map((queue) => queue.close()));
  }
}
