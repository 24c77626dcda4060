import type { EngineOptions } from '@drover/engines';
import { afterAll, beforeEach, describe, it } from 'vitest';
import { type PostgresServer, startPostgres } from './postgres-server.js';
import { openPostgresTestEngine } from './postgres-test-engine.js';
import { findRedisBinary, type RedisServer, startRedis } from './redis-server.js';
import { openRedisTestEngine } from './redis-test-engine.js';
import type { TestEngine } from './test-engine.js';

export const testEngineKinds = ['redis', 'postgres'] as const;
export type TestEngineKind = (typeof testEngineKinds)[number];
export type OpenTestEngine = (options?: EngineOptions) => Promise<TestEngine>;

/** Cells in which at least one case ran: "suite on kind". The matrix test reads it. */
export const cellsRun = new Set<string>();
export const cellName = (suite: string, kind: TestEngineKind): string => `${suite} on ${kind}`;

// One server of a kind per test file; each engine opened on it has a corner of its own.
let redis: Promise<RedisServer> | undefined;
let postgres: Promise<PostgresServer> | undefined;
let ending = false;

/**
 * The one way in which a suite runs on every engine. A cell that this machine cannot run is
 * skipped and says so; with CI set it fails instead, so that no green run hides a missing engine.
 */
export function describeEngines(suite: string, define: (kind: TestEngineKind, open: OpenTestEngine) => void): void {
  // Here and not in each file: one that forgot it left both servers running for good.
  if (!ending) afterAll(stopTestServers);
  ending = true;
  for (const kind of testEngineKinds) {
    const reason = whyNot(kind);
    if (reason === null) defineCell(suite, kind, define);
    else refuseCell(suite, kind, reason);
  }
}

function defineCell(
  suite: string,
  kind: TestEngineKind,
  define: (kind: TestEngineKind, open: OpenTestEngine) => void,
): void {
  describe(cellName(suite, kind), () => {
    const opened: TestEngine[] = [];
    beforeEach(() => {
      cellsRun.add(cellName(suite, kind));
    });
    afterAll(async () => {
      await Promise.all(opened.map((engine) => engine.close()));
    });
    define(kind, async (options) => {
      const engine = await openOn(kind, options);
      opened.push(engine);
      return engine;
    });
  });
}

function refuseCell(suite: string, kind: TestEngineKind, reason: string): void {
  const name = `${cellName(suite, kind)} cannot run: ${reason}`;
  if (process.env.CI) {
    it(name, () => {
      throw new Error(name);
    });
  } else {
    process.stderr.write(`SKIPPED: ${name}\n`);
    it.skip(name);
  }
}

function whyNot(kind: TestEngineKind): string | null {
  return kind === 'redis' && findRedisBinary() === null
    ? 'there is no redis-server or valkey-server in the PATH (apt-get install redis-server)'
    : null;
}

async function openOn(kind: TestEngineKind, options?: EngineOptions): Promise<TestEngine> {
  if (kind === 'redis') {
    redis ??= startRedis();
    return openRedisTestEngine(await redis, options);
  }
  postgres ??= startPostgres();
  return openPostgresTestEngine(await postgres, options);
}

/** Ends the servers that this file's cells used. */
async function stopTestServers(): Promise<void> {
  const servers = [redis, postgres];
  redis = undefined;
  postgres = undefined;
  await Promise.all(servers.map(async (server) => (await server)?.stop()));
}
