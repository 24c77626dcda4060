import type { Engine } from '@drover/core';
import { createRedisBackend, JobScheduler } from 'bullmq';
import { BullSchedules, type EngineScheduler } from '../bullmq/bull-schedules.js';
import { DUE_JOBS_PER_CALL, QueueTender, tenderOptions } from '../bullmq/queue-tender.js';
import { DemandLoop } from '../demand/demand-loop.js';
import type { ResolvedOptions } from '../engine-options.js';
import { RedisAuditLog } from './audit-log.js';
import { RedisDemandSource } from './demand-source.js';
import { redisFault } from './faults.js';
import { RedisFleetRegistry } from './fleet-registry.js';
import { RedisJobGateway } from './job-gateway.js';
import { RedisLease } from './lease.js';
import { RedisMetricStore } from './metric-store.js';
import { RedisQueueGateway } from './queue-gateway.js';
import { RedisQueueOperations } from './queue-operations.js';
import { RedisRateLimiterStore } from './rate-limiter-store.js';
import { RedisRecordStore } from './record-store.js';
import { RedisLink, type RedisTarget } from './redis-link.js';
import { RedisScheduleGateway } from './schedule-gateway.js';
import { migrateRedisState } from './schema.js';
import { RedisSettingsStore } from './settings-store.js';
import { RedisSnapshotStore } from './snapshot-store.js';
import { stateKeys } from './state-keys.js';
import { redisStatus } from './status.js';

const CONNECT_TIMEOUT_MS = 5000;

/** Every port over one connection to Redis. */
export async function openRedisEngine(target: RedisTarget, options: ResolvedOptions): Promise<Engine> {
  const { prefix, statePrefix, retention, log } = options;
  const link = new RedisLink(target, log);
  await link.connect(CONNECT_TIMEOUT_MS);
  const keys = stateKeys(statePrefix);
  await migrateRedisState(link, keys).catch(async (error: unknown) => {
    await link.close();
    throw error;
  });
  const shared = { connection: link.client, prefix, skipVersionCheck: true };
  const tender = new QueueTender(
    (queueName) => createRedisBackend(queueName, { ...shared, ...tenderOptions }),
    (queueName, limit) => findDueJobs(link, `${prefix}:${queueName}:delayed`, limit),
  );
  const schedules = new BullSchedules(
    (queueName) => new JobScheduler(queueName, shared, createRedisBackend) as unknown as EngineScheduler,
    (error) => redisFault(error, target.address),
  );
  const demand = new DemandLoop(new RedisDemandSource(link, target, prefix, log), log);
  return {
    kind: target.kind,
    address: target.address,
    queues: new RedisQueueGateway(link, prefix, tender),
    demand,
    operations: new RedisQueueOperations(link, prefix),
    jobs: new RedisJobGateway(link, prefix),
    schedules: new RedisScheduleGateway(link, prefix, schedules),
    metrics: new RedisMetricStore(link, keys, retention),
    settings: new RedisSettingsStore(link, keys),
    audit: new RedisAuditLog(link, keys),
    limiters: new RedisRateLimiterStore(link, statePrefix),
    records: new RedisRecordStore(link, keys),
    lease: new RedisLease(link, keys),
    fleet: new RedisFleetRegistry(link, statePrefix, keys),
    snapshots: new RedisSnapshotStore(link, keys),
    status: () => redisStatus(link, target.kind),
    close: async () => {
      await demand.close();
      await tender.close();
      await schedules.close();
      await link.close();
    },
  };
}

/** The low 12 bits of a delayed job's score order jobs within its millisecond. */
function findDueJobs(link: RedisLink, delayedKey: string, limit: number): Promise<readonly string[]> {
  const dueScore = (Date.now() + 1) * 0x1000 - 1;
  return link.run((client) =>
    client.zrangebyscore(delayedKey, 0, dueScore, 'LIMIT', 0, Math.min(limit, DUE_JOBS_PER_CALL)),
  );
}
