import type { CanaryView, JobOperationView, OperationDetail, OperationSummary } from '@drover/contract';
import { type Canary, type Operation, totalOf, totalsOf } from '@drover/core';
import { filterWords } from './job-choices.js';
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
    ...jobsOf(operation),
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
      ...(part.gone && { gone: part.gone }),
      ...(part.moved && { moved: part.moved }),
      ...(part.wasPaused !== undefined && { wasPaused: part.wasPaused }),
      ...(part.message !== undefined && { message: part.message }),
    })),
    ...(operation.errors.length > 0 && { errors: [...operation.errors] }),
  };
}

/** What only operations on chosen jobs tell. */
function jobsOf(operation: Operation): JobOperationView {
  const { kind, choice, canary } = operation;
  if (choice === undefined) return {};
  const { gone, moved, examined, held } = totalsOf(operation);
  return {
    jobs: {
      states: [...choice.states],
      words: filterWords(choice.filter),
      ...(kind === 'remove-jobs' && { trash: choice.keep }),
    },
    examined,
    // More may have come since.
    toExamine: Math.max(held, examined),
    ...(gone > 0 && { gone }),
    ...(moved > 0 && { moved }),
    ...(canary && { canary: canaryOf(canary) }),
  };
}

function canaryOf({ state, jobs, waitMs, untilMs, chosen }: Canary): CanaryView {
  return {
    ...{ state, jobs, waitMs, passed: chosen.filter(({ verdict }) => verdict === 'passed').length },
    ...(untilMs !== undefined && { until: new Date(untilMs) }),
    chosen: chosen.map(({ queueName, jobId, verdict }) => ({ queueName, jobId, verdict })),
  };
}

function optionsOf({ options: { status, graceMs, limit } }: Operation): OperationSummary['options'] {
  return {
    ...(status !== undefined && { status }),
    ...(graceMs !== undefined && { grace: graceMs }),
    ...(limit !== undefined && { limit }),
  };
}
