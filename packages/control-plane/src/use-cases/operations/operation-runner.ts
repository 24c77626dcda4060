import { type Clock, type Fence, isOpen, type Lease, type QueueOperations } from '@drover/core';
import type { Logger } from 'pino';
import { rest } from '../../monitor/rest.js';
import type { AuditTrail } from '../audit/audit-trail.js';
import type { LiveTopics } from '../live-topics.js';
import type { JobTargets } from './job-targets.js';
import { OperationRun, outcomeOf } from './operation-run.js';
import type { HeldOperation, OperationStore } from './operation-store.js';
import { summaryOf } from './operation-wire.js';
import type { SliceGate } from './slice-gate.js';

export interface OperationRunnerOptions {
  readonly store: OperationStore;
  readonly operations: QueueOperations;
  readonly targets: JobTargets;
  readonly lease: Lease;
  readonly audit: Pick<AuditTrail, 'record'>;
  readonly topics: LiveTopics;
  readonly gate: SliceGate;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly log: Logger;
  readonly onPaused: (queueName: string, paused: boolean) => void;
  /** As of `OperationRun`. */
  readonly restPerWork?: number;
  /** How often to look for operations that others were asked for. 2 s unless told. */
  readonly everyMs?: number;
  /** How long a control plane that ended keeps its operations from others. 15 s unless told. */
  readonly leaseMs?: number;
}

export interface OperationRunner {
  /** Looks at once: an operation was asked for here. */
  nudge(): void;
  /** Leaves what is running to others, at the end of its slice. */
  stop(): Promise<void>;
}

const LEASE = 'operations';
const MAX_AT_ONCE = 8;
const KEEP_MS = 30 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;

/**
 * Works on operations, whoever was asked for them. All control planes look for open ones; the
 * lease lets one at a time work, and its epoch fences what it writes, so none is run twice at
 * once. When that one ends, the next takes up its operations where their records stand.
 */
export function startOperationRunner(options: OperationRunnerOptions): OperationRunner {
  const { store, lease, clock, instanceId, log, everyMs = 2_000, leaseMs = 15_000 } = options;
  let stopped = false;
  let wake = new AbortController();
  let held: { fence: Fence; untilMs: number } | null = null;
  /** Ends the runs: the lease is lost, or this control plane stops. */
  let tenure = new AbortController();
  const runs = new Map<string, Promise<void>>();
  let failing = false;
  let prunedMs = Number.NEGATIVE_INFINITY;

  const run = async (id: string): Promise<void> => {
    const found = await store.get(id);
    if (found === null || !isOpen(found.operation)) return store.drop(id);
    const ended = await new OperationRun(found, {
      ...options,
      fence: () => (held !== null && clock.monotonicMs() < held.untilMs ? held.fence : null),
      signal: tenure.signal,
      onChange: (changed) => tellOperation(options.topics, changed),
    }).run();
    if (!isOpen(ended.operation)) await audit(ended);
  };

  const audit = async ({ id, operation }: HeldOperation): Promise<void> => {
    log.info({ operation: id, ...outcomeOf(operation) }, 'an operation has ended');
    await options.audit.record({
      ...{ actor: operation.requestedBy, role: operation.role, from: null },
      ...{ action: 'operation.finish', target: `operation:${id}` },
      result: operation.state === 'failed' || operation.state === 'interrupted' ? 'failed' : 'done',
      details: outcomeOf(operation),
    });
  };

  const holdLease = async (): Promise<boolean> => {
    const askedMs = clock.monotonicMs();
    const grant = await lease.acquire(LEASE, instanceId, leaseMs);
    if (grant === null) {
      if (held !== null) tenure.abort();
      held = null;
      return false;
    }
    if (tenure.signal.aborted && !stopped) {
      await Promise.all(runs.values());
      tenure = new AbortController();
    }
    // A slice that was begun under the lease must end under it.
    held = { fence: { name: LEASE, epoch: grant.epoch }, untilMs: askedMs + leaseMs * 0.6 };
    return true;
  };

  const releaseLease = async (): Promise<void> => {
    if (held === null) return;
    held = null;
    await lease.release(LEASE, instanceId);
  };

  const prune = async (): Promise<void> => {
    if (clock.monotonicMs() - prunedMs < PRUNE_EVERY_MS) return;
    await store.prune(clock.nowMs() - KEEP_MS);
    prunedMs = clock.monotonicMs();
  };

  const look = async (): Promise<void> => {
    await prune();
    const open = await store.open();
    if (open.length === 0 && runs.size === 0) return releaseLease();
    if (!(await holdLease())) return;
    for (const id of open) {
      if (runs.size >= MAX_AT_ONCE) break;
      if (runs.has(id)) continue;
      const ending = run(id)
        .catch((error: unknown) => log.error({ err: error, operation: id }, 'an operation stopped: it is tried again'))
        .finally(() => {
          runs.delete(id);
          wake.abort();
        });
      runs.set(id, ending);
    }
  };

  const loop = (async () => {
    while (!stopped) {
      wake = new AbortController();
      try {
        await look();
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'cannot look for operations: they wait for the engine');
        failing = true;
      }
      const waitMs = runs.size > 0 ? Math.min(everyMs, leaseMs / 5) : everyMs;
      if (!stopped) await rest(waitMs, wake.signal);
    }
  })();

  return {
    nudge: () => wake.abort(),
    async stop() {
      stopped = true;
      tenure.abort();
      wake.abort();
      await loop;
      await Promise.all(runs.values());
      await releaseLease().catch((error: unknown) =>
        log.warn({ err: error }, 'the lease for operations runs out by itself'),
      );
    },
  };
}

/** Publishes an operation's state: `operation.progress` while it runs, else `operation.` and its state. */
export function tellOperation(topics: LiveTopics, held: HeldOperation): void {
  const { state } = held.operation;
  const type = `operation.${state === 'running' ? 'progress' : state}`;
  topics.publish('operations', { ...JSON.parse(JSON.stringify(summaryOf(held))), type });
}
