import type { AuditEntry, AuditLog } from '@drover/core';
import { startPostgres, startRedis } from '@drover/testkit';
import { afterEach, expect, it } from 'vitest';
import { parseEngineUrl } from './engine-url.js';
import { PostgresAuditLog } from './postgres/audit-log.js';
import { PostgresLink } from './postgres/postgres-link.js';
import { migratePostgresState } from './postgres/schema.js';
import { stateTables } from './postgres/state-tables.js';
import { RedisAuditLog } from './redis/audit-log.js';
import { RedisLink } from './redis/redis-link.js';
import { stateKeys } from './redis/state-keys.js';

const MAX_ENTRIES = 200;
/** Redis drops whole nodes of its stream, of 100 entries by default. */
const NODE_ENTRIES = 100;
const log = () => undefined;

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const audits: Record<string, () => Promise<AuditLog>> = {
  redis: async () => {
    const server = await startRedis();
    const target = parseEngineUrl(server.url);
    if (target.kind !== 'redis') throw new Error(target.kind);
    const link = new RedisLink(target, log);
    closers.push(server.stop, () => link.close());
    await link.connect(5000);
    return new RedisAuditLog(link, stateKeys('drover'), MAX_ENTRIES);
  },
  postgres: async () => {
    const server = await startPostgres();
    const link = new PostgresLink({ url: server.url, address: 'here', schema: 'bullmq', maxConnections: 2, log });
    closers.push(server.stop, () => link.close());
    const tables = stateTables('drover');
    await migratePostgresState(link, tables);
    return new PostgresAuditLog(link, tables, MAX_ENTRIES);
  },
};

const entries = Array.from(
  { length: 1000 },
  (_, index): AuditEntry => ({
    ...{ atMs: 1_000_000 + index, actor: 'ada', role: null, from: null, details: null },
    ...{ action: 'session.create', target: `user:${index}`, result: 'refused' },
  }),
);

it.each(Object.keys(audits))('keeps the newest entries, and no more than its most: %s', async (kind) => {
  const audit = await (audits[kind]?.() ?? Promise.reject(new Error(kind)));
  await audit.append(entries);
  await audit.prune(0);
  const kept = (await audit.query({ limit: 1000 })).entries.map(({ target }) => target);
  expect(kept.length).toBeGreaterThanOrEqual(MAX_ENTRIES);
  expect(kept.length).toBeLessThan(MAX_ENTRIES + NODE_ENTRIES);
  expect(kept).toEqual(
    entries
      .map(({ target }) => target)
      .slice(-kept.length)
      .reverse(),
  );
});
