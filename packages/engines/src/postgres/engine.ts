import { type Engine, type EngineKind, Fault } from '@drover/core';
import { createPostgresBackend, JobScheduler } from 'bullmq';
import { BullSchedules, type EngineScheduler } from '../bullmq/bull-schedules.js';
import { QueueTender, tenderOptions } from '../bullmq/queue-tender.js';
import { DemandLoop } from '../demand/demand-loop.js';
import type { ResolvedOptions } from '../engine-options.js';
import { PostgresAuditLog } from './audit-log.js';
import { prepareBullMQSchema } from './bullmq-schema.js';
import { PostgresDemandSource } from './demand-source.js';
import { postgresFault } from './faults.js';
import { FinishedCounter } from './finished-counts.js';
import { PostgresFleetRegistry } from './fleet-registry.js';
import { PostgresJobGateway } from './job-gateway.js';
import { PostgresLease } from './lease.js';
import { PostgresMetricStore } from './metric-store.js';
import { PostgresLink } from './postgres-link.js';
import { PostgresQueueGateway } from './queue-gateway.js';
import { PostgresQueueOperations } from './queue-operations.js';
import { PostgresRateLimiterStore } from './rate-limiter-store.js';
import { PostgresRecordStore } from './record-store.js';
import { PostgresScheduleGateway } from './schedule-gateway.js';
import { migratePostgresState } from './schema.js';
import { PostgresSettingsStore } from './settings-store.js';
import { PostgresSnapshotStore } from './snapshot-store.js';
import { stateTables } from './state-tables.js';
import { postgresStatus } from './status.js';

/** BullMQ's locks on PostgreSQL use the client's clock: beyond this, jobs would be taken from live workers. */
const MAX_SKEW_MS = 5000;

/** Every port over one pool of connections to PostgreSQL. */
export async function openPostgresEngine(
  target: { readonly kind: EngineKind; readonly url: string; readonly address: string },
  options: ResolvedOptions,
): Promise<Engine> {
  const { schema, stateSchema, retention, maxConnections, migrateBullMQ, log } = options;
  const { kind, url, address } = target;
  const link = new PostgresLink({ url, address, schema, maxConnections, log });
  const tables = stateTables(stateSchema);
  try {
    refuseSkew((await postgresStatus(link, kind)).clockSkewMs, address);
    await prepareBullMQSchema(link, schema, migrateBullMQ);
    await migratePostgresState(link, tables);
  } catch (error) {
    await link.close();
    throw error;
  }
  const tender = new QueueTender(
    (queueName) => createPostgresBackend(queueName, { connection: link.sharedPool, ...tenderOptions }),
    (queueName, limit) => findDueJobs(link, queueName, limit),
  );
  const schedules = new BullSchedules(
    (queueName) =>
      new JobScheduler(queueName, { connection: link.sharedPool }, createPostgresBackend) as unknown as EngineScheduler,
    (error) => postgresFault(error, address),
  );
  const counter = new FinishedCounter(link, log);
  const demand = new DemandLoop(new PostgresDemandSource(link, url), log);
  return {
    kind,
    address,
    queues: new PostgresQueueGateway(link, counter, tender),
    demand,
    operations: new PostgresQueueOperations(link),
    jobs: new PostgresJobGateway(link),
    schedules: new PostgresScheduleGateway(link, schedules),
    metrics: new PostgresMetricStore(link, tables, retention),
    settings: new PostgresSettingsStore(link, tables),
    audit: new PostgresAuditLog(link, tables),
    limiters: new PostgresRateLimiterStore(link, tables),
    records: new PostgresRecordStore(link, tables),
    lease: new PostgresLease(link, tables),
    fleet: new PostgresFleetRegistry(link, tables),
    snapshots: new PostgresSnapshotStore(link, tables),
    status: () => postgresStatus(link, kind),
    close: async () => {
      await demand.close();
      await tender.close();
      await schedules.close();
      await counter.stop();
      await link.close();
    },
  };
}

export function refuseSkew(clockSkewMs: number, address: string): void {
  if (Math.abs(clockSkewMs) <= MAX_SKEW_MS) return;
  throw new Fault(
    'engine_unavailable',
    `The clocks of this machine and ${address} are ${Math.abs(clockSkewMs)} ms apart. BullMQ's job locks use this ` +
      "machine's clock, so running jobs would be taken from their workers. Set both clocks by NTP and start again.",
  );
}

async function findDueJobs(link: PostgresLink, queueName: string, limit: number): Promise<readonly string[]> {
  const rows = await link.query<{ id: string }>(
    `SELECT id FROM job WHERE queue = $1 AND state = 'delayed' AND process_at_ms <= $2 ORDER BY process_at_ms LIMIT $3`,
    [queueName, Date.now(), limit],
  );
  return rows.map(({ id }) => id);
}
