import type { JobOutcome, JobState } from '../ports/job-gateway.js';
import type { CleanableState, RetryFailure } from '../ports/queue-operations.js';
import { type Canary, type JobChoice, type JobOperationKind, jobOperationKinds } from './job-choice.js';

export const operationKinds = ['pause', 'resume', 'clean', 'retry-failed', ...jobOperationKinds] as const;
export type OperationKind = (typeof operationKinds)[number];

export const isJobOperation = (kind: OperationKind): kind is JobOperationKind =>
  jobOperationKinds.some((known) => known === kind);

/**
 * `queued` until a control plane takes it up, then `running`. Ends as `done`, `cancelled`,
 * `failed` (nothing could be done), or `interrupted`: its control planes ended again and again.
 */
export const operationStates = ['queued', 'running', 'done', 'cancelled', 'failed', 'interrupted'] as const;
export type OperationState = (typeof operationStates)[number];

export interface OperationOptions {
  /** Which jobs a clean removes. */
  readonly status?: CleanableState;
  /** A clean's: leaves alone what came to rest less than this ago, ms. */
  readonly graceMs?: number;
  /** Jobs of each queue at most; all that match when absent. */
  readonly limit?: number;
}

/** One queue's part of an operation, and how far it is. Counts are of jobs; a pause counts 1. */
export interface QueuePart {
  readonly queueName: string;
  readonly state: 'pending' | 'running' | 'done' | 'failed';
  /** Jobs that matched when it was asked for; `null` until counted. */
  readonly matched: number | null;
  readonly done: number;
  readonly failed: number;
  /** Jobs at most whose change was lost to the records: an engine that answered too late, a crash. */
  readonly uncounted: number;
  /** Where the next slice goes on. */
  readonly after: string | null;
  /** A pause's or resume's: what it was before. */
  readonly wasPaused?: boolean;
  readonly message?: string;
  /** The fields below are those of operations on chosen jobs. Where it is in the states of the choice. */
  readonly place?: number;
  /** Jobs looked at, of those that were in the states when it was asked for. */
  readonly examined?: number;
  readonly held?: number;
  /** Jobs that had vanished when their turn came, and those that were in another state, or held, by then. */
  readonly gone?: number;
  readonly moved?: number;
  /** Written before they are changed: after a crash it is looked up which of them were. */
  readonly inFlight?: JobsInFlight | null;
}

export interface JobsInFlight {
  readonly state: JobState;
  readonly ids: readonly string[];
}

/** An operation as it is stored. */
export interface Operation {
  readonly kind: OperationKind;
  readonly options: OperationOptions;
  readonly dryRun: boolean;
  readonly state: OperationState;
  readonly requestedBy: string;
  readonly role: string;
  readonly requestedAtMs: number;
  /** Only jobs that were at rest by then are touched: also by whoever resumes it. */
  readonly untilMs: number;
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
  /** Instance that works or worked on it. */
  readonly runBy?: string;
  /** How often another had to take it over. */
  readonly resumes: number;
  readonly cancel?: { readonly by: string; readonly atMs: number };
  readonly message?: string;
  readonly errors: readonly string[];
  /** Of operations on chosen jobs. */
  readonly choice?: JobChoice;
  readonly canary?: Canary;
  readonly queues: readonly QueuePart[];
}

/** Errors that one operation or reply tells; beyond, only their number. */
export const MAX_ERRORS = 100;
/** Takeovers after which an operation is given up: it may be what ends its control planes. */
export const MAX_RESUMES = 5;

export const isOpen = ({ state }: Pick<Operation, 'state'>): boolean => state === 'queued' || state === 'running';

/** Sums over the queues. */
export interface OperationTotals {
  /** What it is about in all: jobs, or queues to pause; those not counted yet left out. */
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly uncounted: number;
  readonly gone: number;
  readonly moved: number;
  /** Zero where nothing is looked through. */
  readonly examined: number;
  readonly held: number;
}

/** Jobs of a queue that the operation is about: what matched, no more than the limit. */
export function totalOf({ options }: Pick<Operation, 'options'>, part: QueuePart): number {
  return Math.min(part.matched ?? 0, options.limit ?? Number.POSITIVE_INFINITY);
}

export function totalsOf(operation: Operation): OperationTotals {
  const sum = (of: (part: QueuePart) => number) => operation.queues.reduce((total, part) => total + of(part), 0);
  return {
    total: sum((part) => totalOf(operation, part)),
    done: sum(({ done }) => done),
    failed: sum(({ failed }) => failed),
    uncounted: sum(({ uncounted }) => uncounted),
    gone: sum(({ gone = 0 }) => gone),
    moved: sum(({ moved = 0 }) => moved),
    examined: sum(({ examined = 0 }) => examined),
    held: sum(({ held = 0 }) => held),
  };
}

/** Jobs of a queue that are left before the limit; infinite without one. */
export function leftOf({ options }: Pick<Operation, 'options'>, part: QueuePart): number {
  if (options.limit === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(0, options.limit - part.done - part.failed - part.uncounted);
}

/** Taking up an operation: a new one starts, one that somebody left goes on where its record stands. */
export function takeUp(operation: Operation, instanceId: string, nowMs: number): Operation {
  if (operation.state === 'queued') {
    return { ...operation, state: 'running', startedAtMs: operation.startedAtMs ?? nowMs, runBy: instanceId };
  }
  // Its own again after an outage that outlasted the lease.
  if (operation.runBy === instanceId) return operation;
  const resumes = operation.resumes + 1;
  if (resumes > MAX_RESUMES) {
    const message = `Given up after ${MAX_RESUMES} control planes ended while they worked on it. The counts tell what was done.`;
    return { ...operation, state: 'interrupted', finishedAtMs: nowMs, message };
  }
  return { ...operation, resumes, runBy: instanceId };
}

export function updatePart(operation: Operation, index: number, change: Partial<QueuePart>): Operation {
  const queues = operation.queues.map((part, at) => (at === index ? { ...part, ...change } : part));
  return { ...operation, queues };
}

/** What a slice did, added to its queue's part. */
export function addSlice(
  operation: Operation,
  index: number,
  slice: { readonly changed: number; readonly failures: readonly RetryFailure[]; readonly next: string | null },
): Operation {
  const part = operation.queues[index];
  if (part === undefined) return operation;
  const errors = tellFailures(operation.errors, part.queueName, slice.failures);
  const done = part.done + slice.changed;
  const failed = part.failed + slice.failures.length;
  return { ...updatePart(operation, index, { done, failed, after: slice.next }), errors };
}

/** What became of chosen jobs, added to their queue's part. A fault is a job's own: the engine's are not told here. */
export function addOutcomes(
  operation: Operation,
  index: number,
  outcomes: readonly { readonly jobId: string; readonly outcome: JobOutcome | { readonly fault: string } }[],
): Operation {
  const part = operation.queues[index];
  if (part === undefined) return operation;
  const tally = { done: 0, gone: 0, moved: 0, failed: 0 };
  const failures: RetryFailure[] = [];
  for (const { jobId, outcome } of outcomes) {
    if ('done' in outcome && outcome.done) {
      tally.done += 1;
      continue;
    }
    const reason = 'fault' in outcome ? outcome.fault : outcome.reason;
    tally['fault' in outcome ? 'failed' : outcome.why === 'gone' ? 'gone' : 'moved'] += 1;
    failures.push({ jobId, reason });
  }
  const { done, failed, gone = 0, moved = 0 } = part;
  const sums = {
    done: done + tally.done,
    failed: failed + tally.failed,
    gone: gone + tally.gone,
    moved: moved + tally.moved,
  };
  const errors = tellFailures(operation.errors, part.queueName, failures);
  return { ...updatePart(operation, index, sums), errors };
}

/** Jobs of a queue whose turn has come, whatever became of them. */
export const handledOf = ({ done, failed, uncounted, gone = 0, moved = 0 }: QueuePart): number =>
  done + failed + uncounted + gone + moved;

/**
 * After an answer was lost, or a control plane: jobs that matched at the start, do not now, and are
 * not in the counts. Others may have changed some of them.
 */
export function uncountedOf(part: QueuePart, remaining: number): number {
  return Math.max(0, (part.matched ?? 0) - part.done - remaining);
}

/** Ends an operation; its parts that were not reached stay `pending`. */
export function finish(operation: Operation, nowMs: number): Operation {
  const ended = { ...operation, finishedAtMs: nowMs };
  const { state: trial, reason = '' } = operation.canary ?? {};
  if (trial === 'stopped') return { ...ended, state: 'failed', message: reason };
  if (
    operation.cancel !== undefined &&
    operation.queues.some(({ state }) => state === 'pending' || state === 'running')
  ) {
    return { ...ended, state: 'cancelled' };
  }
  const failed = operation.queues.filter(({ state }) => state === 'failed').length;
  if (failed > 0 && failed === operation.queues.length) return { ...ended, state: 'failed' };
  return { ...ended, state: 'done' };
}

function tellFailures(
  told: readonly string[],
  queueName: string,
  failures: readonly RetryFailure[],
): readonly string[] {
  if (failures.length === 0 || told.length >= MAX_ERRORS) return told;
  return [...told, ...failures.map((failure) => `${queueName}: ${describeFailure(failure)}`)].slice(0, MAX_ERRORS);
}

/** A job that could not be put back, in words of bounded length. */
export function describeFailure({ jobId, reason }: RetryFailure): string {
  return `job ${jobId.slice(0, 100)}: ${reason.slice(0, 200)}`;
}
