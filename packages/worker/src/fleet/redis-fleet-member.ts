import {
  desiredKey,
  encodeReport,
  Fault,
  type FleetLook,
  type FleetMember,
  type FleetNews,
  readStoredDocument,
  reportKey,
  settingsKey,
  settingsRevisionKey,
  type WorkerReport,
  workerDocumentKeys,
  workersKey,
} from '@drover/core';
import { parseDesired } from './desired-codec.js';

/** What is used of BullMQ's driver-neutral Redis client. */
export interface ReportingRedis {
  readonly status: string;
  readonly isCluster: boolean;
  defineCommand(name: string, definition: { numberOfKeys: number; lua: string }): void;
  runCommand(name: string, args: unknown[]): Promise<unknown>;
  set(key: string, value: string, options: { PX: number }): Promise<unknown>;
  get(key: string): Promise<string | null>;
  hmget(key: string, ...fields: string[]): Promise<(string | null)[]>;
}

const JOIN_COMMAND = 'droverJoinFleet';

/**
 * Reports and looks over the worker's own Redis connection. Commands that belong together
 * leave in one write; they are no transaction and no script, because on a Redis Cluster
 * their keys live in different slots, and none of them depends on another.
 */
export class RedisFleetMember implements FleetMember {
  private readonly redis: ReportingRedis;
  private readonly prefix: string;

  constructor(redis: ReportingRedis, prefix: string) {
    this.redis = redis;
    this.prefix = prefix;
    // BullMQ's client interface has no SADD.
    redis.defineCommand(JOIN_COMMAND, { numberOfKeys: 1, lua: "return redis.call('SADD', KEYS[1], ARGV[1])" });
  }

  async publish(report: WorkerReport, ttlMs: number): Promise<void> {
    const { redis, prefix } = this;
    await this.whileConnected(() =>
      Promise.all([
        redis.runCommand(JOIN_COMMAND, [workersKey(prefix), report.workerId]),
        redis.set(reportKey(prefix, report.workerId), encodeReport(report), { PX: ttlMs }),
      ]),
    );
  }

  async look({ workerId, settingsRevision }: FleetLook): Promise<FleetNews> {
    const { redis, prefix } = this;
    return this.whileConnected(async () => {
      const [revision, desired] = await Promise.all([
        redis.get(settingsRevisionKey(prefix)),
        workerId === null ? null : redis.get(desiredKey(prefix, workerId)),
      ]);
      const current = Number(revision ?? 0);
      return {
        settingsRevision: current,
        // Unequal, not larger: an engine that lost its data starts from 0 again.
        documents: current === settingsRevision ? null : await this.readDocuments(),
        desired: desired === null ? null : parseDesired(desired),
      };
    });
  }

  private async readDocuments(): Promise<Record<string, string>> {
    const found = await this.redis.hmget(settingsKey(this.prefix), ...workerDocumentKeys);
    return Object.fromEntries(
      workerDocumentKeys.flatMap((key, index) => {
        const document = readStoredDocument(found[index] ?? '');
        return document === null ? [] : [[key, document.json]];
      }),
    );
  }

  private async whileConnected<T>(work: () => Promise<T>): Promise<T> {
    const { redis } = this;
    // A client without a connection keeps commands back and sends them all on its return.
    const connected = redis.status === 'ready' || (redis.isCluster && redis.status === 'connect');
    if (!connected) throw new Fault('engine_unavailable', `Redis connection is ${redis.status}`);
    try {
      return await work();
    } catch (cause) {
      throw new Fault('engine_unavailable', 'Redis did not answer the worker', { cause });
    }
  }
}
