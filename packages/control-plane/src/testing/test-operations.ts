import type { Engine } from '@drover/core';
import { pino } from 'pino';
import { FakeReads } from '../http/testing/fake-reads.js';
import {
  type OperationsOptions,
  type RunningOperations,
  startOperations,
} from '../use-cases/operations/start-operations.js';

const LEASE_MS = 2_000;

/** Operations over a real engine, with a lease that ends soon after its holder. */
export function startTestOperations(
  engine: Engine,
  instanceId: string,
  more: Pick<OperationsOptions, 'observes' | 'restPerWork' | 'redact'> = {},
): RunningOperations {
  return startOperations({
    ...{ engine, instanceId, reads: new FakeReads(), leaseMs: LEASE_MS, everyMs: 100, ...more },
    topics: { publish: () => undefined },
    audit: { record: async () => undefined },
    clock: { nowMs: () => Date.now(), monotonicMs: () => performance.now() },
    log: pino({ level: 'silent' }),
  });
}
