import {
  type DesiredWorkerState,
  desiredKey,
  encodeReport,
  Fault,
  type FleetMember,
  reportKey,
  type WorkerReport,
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
}

const JOIN_COMMAND = 'droverJoinFleet';

/**
 * Reports over the worker's own Redis connection. Three commands leave in one write; they
 * are no transaction and no script, because on a Redis Cluster their keys live in
 * different slots, and none of them depends on another.
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

  async publish(report: WorkerReport, ttlMs: number): Promise<DesiredWorkerState | null> {
    const { redis, prefix } = this;
    // A client without a connection keeps commands back and sends them all on its return.
    const connected = redis.status === 'ready' || (redis.isCluster && redis.status === 'connect');
    if (!connected) throw new Fault('engine_unavailable', `Redis connection is ${redis.status}`);
    try {
      const [, , desired] = await Promise.all([
        redis.runCommand(JOIN_COMMAND, [workersKey(prefix), report.workerId]),
        redis.set(reportKey(prefix, report.workerId), encodeReport(report), { PX: ttlMs }),
        redis.get(desiredKey(prefix, report.workerId)),
      ]);
      return desired === null ? null : parseDesired(desired);
    } catch (cause) {
      throw new Fault('engine_unavailable', 'Redis did not take the report', { cause });
    }
  }

  /** The connection is the worker's, and closes with it. */
  async close(): Promise<void> {}
}
