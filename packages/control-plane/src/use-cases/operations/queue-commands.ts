import type { CleanQueueResponse, RetryFailedJobsResponse } from '@drover/contract';
import {
  type CleanableState,
  type Clock,
  describeFailure,
  Fault,
  MAX_ERRORS,
  type QueueGateway,
  type QueueOperations,
} from '@drover/core';
import type { SliceGate } from './slice-gate.js';
import { cleaning, retrying, walkJobs } from './walk-jobs.js';

export interface QueueCommandOptions {
  readonly operations: QueueOperations;
  readonly queues: Pick<QueueGateway, 'readStates'>;
  readonly clock: Clock;
  readonly gate: SliceGate;
  /** Throws when this control plane may change nothing. */
  readonly requireSteering: () => void;
  /** Told of each pause and resume that is done. */
  readonly onPaused: (queueName: string, paused: boolean) => void;
}

/** What an operator does to one queue, done when the call returns. */
export interface QueueCommands {
  /** The name of the first that exists on the engine; rejects with `not_found` when none does. Asked before a change. */
  resolve(names: readonly string[]): Promise<string>;
  /** Answers whether it was paused before. */
  setPaused(queueName: string, paused: boolean): Promise<boolean>;
  clean(queueName: string, request: CleanCommand): Promise<CleanQueueResponse>;
  retryFailed(queueName: string, limit: number): Promise<RetryFailedJobsResponse>;
}

export interface CleanCommand {
  readonly status: CleanableState;
  readonly graceMs: number;
  readonly limit: number;
}

/** Jobs that a call touches when it names no limit. */
export const DEFAULT_LIMIT = 1_000;
/** A call answers within that; what is left, the next call does. */
const DEADLINE_MS = 20_000;
/** At most 10,000 jobs: done in seconds, while the engine is left two thirds of its time. */
const REST_PER_WORK = 2;

export function createQueueCommands(options: QueueCommandOptions): QueueCommands {
  const { operations, queues, clock, gate, requireSteering, onPaused } = options;

  const walk = async (
    work: Parameters<typeof walkJobs>[0]['work'],
    limit: number,
    onSlice: (changed: number, failures: readonly { jobId: string; reason: string }[]) => void,
  ) => {
    const deadlineMs = clock.monotonicMs() + DEADLINE_MS;
    await walkJobs({
      ...{ work, limit, gate, clock },
      after: null,
      signal: new AbortController().signal,
      restPerWork: REST_PER_WORK,
      onSlice: ({ changed, failures }) => {
        onSlice(changed, failures);
        return clock.monotonicMs() < deadlineMs;
      },
    });
  };

  const refuseRunning = async (queueName: string, untilMs: number) => {
    if ((await operations.count({ queueName, state: 'active', untilMs })) > 0) return;
    const [reading] = await queues.readStates([queueName], clock.nowMs());
    const active = reading?.ok === true ? reading.state.active : 0;
    if (active === 0) return;
    throw new Fault(
      'conflict',
      `${active} jobs of "${queueName}" are active and none of them is stale: their workers hold live locks, or ` +
        'started them within the grace. Removing them would pull running work from under its worker. Wait until they ' +
        'are done, or recycle the worker.',
      { details: { queueName, active, stale: 0 } },
    );
  };

  return {
    async resolve(names) {
      requireSteering();
      for (const name of new Set(names)) if (await operations.knows(name)) return name;
      throw new Fault('not_found', `There is no queue named "${names[0]}".`, { details: { queueName: names[0] } });
    },

    async setPaused(queueName, paused) {
      const before = await operations.setPaused(queueName, paused);
      onPaused(queueName, paused);
      return before;
    },

    async clean(queueName, { status, graceMs, limit }) {
      const untilMs = clock.nowMs() - graceMs;
      if (status === 'active') await refuseRunning(queueName, untilMs);
      let removed = 0;
      try {
        await walk(cleaning(operations, { queueName, state: status, untilMs }), limit, (changed) => {
          removed += changed;
        });
      } catch (error) {
        throw partWay(error, removed, `removed from "${queueName}"`);
      }
      return { success: true, queueName, status, removed };
    },

    async retryFailed(queueName, limit) {
      let retried = 0;
      let failed = 0;
      const errors: string[] = [];
      try {
        await walk(retrying(operations, queueName, clock.nowMs()), limit, (changed, failures) => {
          retried += changed;
          failed += failures.length;
          errors.push(...failures.slice(0, MAX_ERRORS - errors.length).map(describeFailure));
        });
      } catch (error) {
        throw partWay(error, retried, `put back in "${queueName}"`);
      }
      const told = failed > errors.length ? [...errors, `and ${failed - errors.length} more`] : errors;
      return {
        ...{ success: true, queueName, total: retried + failed, retried, failed },
        ...(failed > 0 && { errors: told }),
      };
    },
  };
}

/** A failure after part of the work: the caller learns how much of it was done. */
function partWay(error: unknown, changed: number, what: string): unknown {
  if (changed === 0 || !(error instanceof Fault)) return error;
  return new Fault(error.code, `${error.message} Until then ${changed} jobs were ${what}.`, {
    cause: error,
    details: { changed },
    ...(error.retryAfterMs !== undefined && { retryAfterMs: error.retryAfterMs }),
  });
}
