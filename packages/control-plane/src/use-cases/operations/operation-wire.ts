import type { OperationDetail, OperationSummary } from '@drover/contract';
import { type Operation, totalOf, totalsOf } from '@drover/core';
import type { HeldOperation } from './operation-store.js';

/** An operation as the API shows it, without its queues. */
export function summaryOf({ id, operation }: HeldOperation): OperationSummary {
  const { total, done, failed, uncounted } = totalsOf(operation);
  const { kind, state, dryRun, requestedBy, startedAtMs, finishedAtMs, runBy, resumes, cancel, message } = operation;
  return {
    ...{ id, kind, state, dryRun, options: optionsOf(operation), queueCount: operation.queues.length },
    ...{ total, done, failed, requestedBy },
    ...(uncounted > 0 && { uncounted }),
    requestedAt: new Date(operation.requestedAtMs),
    until: new Date(operation.untilMs),
    ...(startedAtMs !== undefined && { startedAt: new Date(startedAtMs) }),
    ...(finishedAtMs !== undefined && { finishedAt: new Date(finishedAtMs) }),
    ...(runBy !== undefined && { runBy }),
    ...(resumes > 0 && { resumes }),
    ...(cancel !== undefined && { cancelledBy: cancel.by, cancelRequestedAt: new Date(cancel.atMs) }),
    ...(message !== undefined && { message }),
  };
}

/** An operation as the API shows it, with all that is known. */
export function detailOf(held: HeldOperation): OperationDetail {
  const { operation } = held;
  return {
    ...summaryOf(held),
    queues: operation.queues.map((part) => ({
      ...{ queueName: part.queueName, state: part.state, total: totalOf(operation, part) },
      ...{ done: part.done, failed: part.failed },
      ...(part.uncounted > 0 && { uncounted: part.uncounted }),
      ...(part.wasPaused !== undefined && { wasPaused: part.wasPaused }),
      ...(part.message !== undefined && { message: part.message }),
    })),
    ...(operation.errors.length > 0 && { errors: [...operation.errors] }),
  };
}

function optionsOf({ options: { status, graceMs, limit } }: Operation): OperationSummary['options'] {
  return {
    ...(status !== undefined && { status }),
    ...(graceMs !== undefined && { grace: graceMs }),
    ...(limit !== undefined && { limit }),
  };
}
