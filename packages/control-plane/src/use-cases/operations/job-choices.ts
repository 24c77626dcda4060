import type { JobBulkRequest, StartOperationRequest } from '@drover/contract';
import { Fault, isJobOperation, type JobChoice, type JobFilter, type Operation, statesOfKind } from '@drover/core';
import { readFilter } from '../jobs/search-jobs.js';
import type { HeldOperation } from './operation-store.js';

/** Which jobs a request means; `undefined` for operations on whole queues. */
export function choiceOf({ kind, jobs = {} }: Pick<StartOperationRequest, 'kind' | 'jobs'>): JobChoice | undefined {
  if (!isJobOperation(kind)) return undefined;
  const { states = statesOfKind[kind].slice(0, 1), filter = {}, trash = true } = jobs;
  return { states: [...new Set(states)], filter: readFilter({ filter }), keep: trash };
}

/** Whether everything in its states is meant: then their counts are its. */
export const isEverything = ({ filter: { where = [], ...filter } }: JobChoice): boolean =>
  where.length === 0 && Object.keys(filter).length === 0;

/**
 * What a finished dry run counted, for the operation that follows it: its instant and its counts, so
 * that what was shown is what is touched. `conflict` where it counted something else, or not to the end.
 */
export function takeCounted(operation: Operation, { id, operation: counted }: HeldOperation): Operation {
  const sameJobs =
    counted.dryRun &&
    counted.kind === operation.kind &&
    isSameChoice(counted.choice, operation.choice) &&
    counted.queues.map(({ queueName }) => queueName).join('\n') ===
      operation.queues.map(({ queueName }) => queueName).join('\n');
  if (!sameJobs || counted.state !== 'done') {
    const why = sameJobs ? `is ${counted.state}` : 'counted other jobs';
    throw new Fault('conflict', `Operation ${id} ${why}: count these jobs, to the end, before they are changed.`, {
      details: { operationId: id, state: counted.state },
    });
  }
  const queues = operation.queues.map((part, index) => ({ ...part, matched: counted.queues[index]?.matched ?? null }));
  return { ...operation, untilMs: counted.untilMs, queues };
}

/** Whether copies are kept is nothing that was counted. */
function isSameChoice(one: JobChoice | undefined, other: JobChoice | undefined): boolean {
  return JSON.stringify([one?.states, one?.filter]) === JSON.stringify([other?.states, other?.filter]);
}

export function canaryOf({ canary }: JobBulkRequest = {}): Pick<Operation, 'canary'> {
  if (canary === undefined) return {};
  const { jobs, waitMs = 60_000 } = canary;
  return { canary: { jobs, waitMs, state: 'choosing', chosen: [] } };
}

/** A filter in words: `named "send", error with "timed out"`; `all` for the empty one. */
export function filterWords(filter: JobFilter): string {
  const { name, error, failure, text, sinceMs, untilMs, minAttempts, maxAttempts, where = [] } = filter;
  const at = (ms: number) => new Date(ms).toISOString();
  const words = [
    name !== undefined && `named "${name}"`,
    error !== undefined && `error with "${error}"`,
    failure !== undefined && `failures of group ${failure}`,
    text !== undefined && `payload with "${text}"`,
    sinceMs !== undefined && `since ${at(sinceMs)}`,
    untilMs !== undefined && `before ${at(untilMs)}`,
    minAttempts !== undefined && `${minAttempts} attempts or more`,
    maxAttempts !== undefined && `${maxAttempts} attempts at most`,
    ...where.map(({ root, steps, operator, value }) =>
      [[root, ...steps].join('.'), operator, ...(operator === 'exists' ? [] : [JSON.stringify(value ?? null)])].join(
        ' ',
      ),
    ),
  ].filter((part) => part !== false);
  return words.length === 0 ? 'all' : words.join(', ');
}
