import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '@drover/core';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { EngineLog } from '../engine-options.js';
import type { EngineTarget } from '../engine-url.js';
import { redisFault } from './faults.js';

export type RedisTarget = Extract<EngineTarget, { hosts: unknown }>;
export type RedisClient = Redis | Cluster;
/** `replyMapping` is left out: its declared type does not fit ioredis' own constructor. */
export type RedisClientOptions = Omit<RedisOptions, 'replyMapping'>;
export type ScriptArgument = string | number | Buffer;

/** Reconnects start at 100 ms and never wait longer than 2 s, so a returned engine is used within seconds. */
export const reconnectDelayMs = (attempt: number): number => Math.min(attempt * 100, 2000);

const COMMAND_TIMEOUT_MS = 5000;
const CONNECT_TIMEOUT_MS = 5000;
/** A server that owes an answer and sends nothing for so long is taken for gone; the next connection finds out. */
const SILENCE_MS = 4000;

export function connectionOptions(target: RedisTarget): RedisClientOptions {
  return {
    ...target.credentials,
    db: target.db,
    connectTimeout: CONNECT_TIMEOUT_MS,
    retryStrategy: reconnectDelayMs,
    ...(target.tls ? { tls: {} } : {}),
    ...(target.kind === 'redis-sentinel'
      ? { sentinels: [...target.hosts], name: target.master ?? 'mymaster', sentinelRetryStrategy: reconnectDelayMs }
      : { host: target.hosts[0].host, port: target.hosts[0].port }),
  };
}

/** A client of any of the three Redis topologies. `'error'` is always listened to: unheard it ends the process. */
export function createRedisClient(target: RedisTarget, options: RedisClientOptions, log: EngineLog): RedisClient {
  const client =
    target.kind === 'redis-cluster'
      ? new Cluster([...target.hosts], {
          clusterRetryStrategy: reconnectDelayMs,
          lazyConnect: options.lazyConnect ?? false,
          enableOfflineQueue: options.enableOfflineQueue ?? true,
          redisOptions: { ...connectionOptions(target), ...options },
        })
      : new Redis({ ...connectionOptions(target), ...options });
  client.on('error', (error: unknown) => log('debug', redisFault(error, target.address).message));
  return client;
}

/** Waits for a client's first connection; gives the client up and rejects when none comes in time. */
export async function waitUntilReady(client: RedisClient, address: string, timeoutMs: number): Promise<void> {
  let lastError: unknown = new Error('connect ETIMEDOUT');
  const remember = (error: unknown) => {
    lastError = error;
  };
  client.on('error', remember);
  const deadlineMs = performance.now() + timeoutMs;
  try {
    // A wrong password does not get better by waiting.
    while (client.status !== 'ready' && !isRefusal(lastError) && performance.now() < deadlineMs) await pause(20);
    if (client.status === 'ready') return;
    client.disconnect();
    throw redisFault(lastError, address);
  } finally {
    client.off('error', remember);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && /NOAUTH|WRONGPASS|invalid password|invalid username/i.test(error.message);
}

/** A Lua script that runs by its hash, and travels whole only when the server has lost it. */
export class RedisScript {
  readonly source: string;
  readonly sha: string;

  constructor(source: string) {
    this.source = source;
    this.sha = createHash('sha1').update(source).digest('hex');
  }
}

/**
 * Drover's own connection: commands fail within seconds instead of queueing while the
 * engine is away, and every failure is a fault.
 */
export class RedisLink {
  readonly address: string;
  readonly client: RedisClient;

  constructor(target: RedisTarget, log: EngineLog) {
    this.address = target.address;
    this.client = createRedisClient(
      target,
      {
        lazyConnect: true,
        enableOfflineQueue: false,
        commandTimeout: COMMAND_TIMEOUT_MS,
        // Else each command would wait for its own deadline, for as long as a server hangs.
        socketTimeout: SILENCE_MS,
        // A command in flight when the line breaks fails at once: sent again after the
        // reconnect it could act on a state that its caller no longer knows.
        maxRetriesPerRequest: 0,
      },
      log,
    );
  }

  /** Connects; rejects with `engine_unavailable` after at most `timeoutMs`. */
  async connect(timeoutMs: number): Promise<void> {
    // Its outcome is read off the client's events; a rejection here says no more.
    this.client.connect().catch(() => undefined);
    await waitUntilReady(this.client, this.address, timeoutMs);
  }

  /** Runs an operation on the client; whatever the driver throws becomes a fault. */
  async run<T>(operation: (client: RedisClient) => Promise<T>): Promise<T> {
    try {
      return await operation(this.client);
    } catch (error) {
      throw redisFault(error, this.address);
    }
  }

  /** Throws when there is no connection now: BullMQ's classes would wait for one. */
  requireConnection(): void {
    if (this.client.status !== 'ready') throw redisFault(new Error('Connection is closed.'), this.address);
  }

  /** Runs a script; replies hold strings. */
  script(script: RedisScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    return this.run((client) =>
      withScript(
        () => client.evalsha(script.sha, keys.length, ...keys, ...args),
        () => client.eval(script.source, keys.length, ...keys, ...args),
      ),
    );
  }

  /** Runs a script; replies hold Buffers. */
  scriptBuffer(script: RedisScript, keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    return this.run((client) =>
      withScript(
        () => client.callBuffer('EVALSHA', [script.sha, keys.length, ...keys, ...args]),
        () => client.callBuffer('EVAL', [script.source, keys.length, ...keys, ...args]),
      ),
    );
  }

  async close(): Promise<void> {
    // quit() waits for replies in flight; with the engine away there is nobody to wait for.
    if (this.client.status === 'ready') await this.client.quit().catch(() => undefined);
    this.client.disconnect();
  }
}

async function withScript(bySha: () => Promise<unknown>, bySource: () => Promise<unknown>): Promise<unknown> {
  try {
    return await bySha();
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('NOSCRIPT')) return bySource();
    throw error;
  }
}

/** The answer of a driver that does not say what it is; anything else is a bug in a script. */
export function asArray(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply))
    throw new Fault('internal', 'A script of Drover answered with something else than a list.');
  return reply;
}
