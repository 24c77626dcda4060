import { desiredTable, limiterFunctions, reportTable, settingsRevisionTable, settingsTable } from '@drover/core';
import { quoteSchemaName } from 'bullmq';

/** Qualified names of Drover's own tables: the search path belongs to BullMQ. */
export function stateTables(schema: string) {
  const inSchema = (table: string) => `${quoteSchemaName(schema)}.${table}`;
  return {
    schema: quoteSchemaName(schema),
    version: inSchema('schema_version'),
    lease: inSchema('lease'),
    requireEpoch: inSchema('require_epoch'),
    snapshot: inSchema('snapshot'),
    report: inSchema(reportTable),
    desired: inSchema(desiredTable),
    host: inSchema('fleet_host'),
    assignment: inSchema('fleet_assignment'),
    settings: inSchema(settingsTable),
    settingsTombstone: inSchema('settings_tombstone'),
    settingsRevision: inSchema(settingsRevisionTable),
    audit: inSchema('audit'),
    record: inSchema('record'),
    limiter: inSchema('limiter'),
    limiterEntry: inSchema('limiter_entry'),
    limiterTime: inSchema('limiter_time'),
    limiterAcquire: inSchema(limiterFunctions.acquire),
    limiterRelease: inSchema(limiterFunctions.release),
    limiterPenalize: inSchema(limiterFunctions.penalize),
    metricPoint: inSchema('metric_point'),
    metricChunk: inSchema('metric_chunk'),
  };
}

export type StateTables = ReturnType<typeof stateTables>;
