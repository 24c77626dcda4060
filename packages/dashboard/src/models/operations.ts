import type { BulkKind, JobStatus, OperationSummary, QueueHealthStatus, StartOperationRequest } from '@drover/contract';
import { type NumberRule, readNumber } from './form-number.js';
import { formatCount, formatRoughly, plural } from './format.js';
import { known } from './health.js';

/** What may be cleaned here. Not active jobs: taking a job from under its worker runs it twice or loses it. */
export const cleanable = ['completed', 'failed', 'delayed', 'waiting'] as const satisfies readonly JobStatus[];
export type Cleanable = (typeof cleanable)[number];

export const kindWords: Record<BulkKind, string> = {
  pause: 'Pause',
  resume: 'Resume',
  clean: 'Clean',
  'retry-failed': 'Retry failed',
};

/** What was asked for, in a few words: "Clean failed jobs older than 1 h". */
export function operationTitle({
  kind,
  options,
  dryRun,
  jobs,
}: Pick<OperationSummary, 'kind' | 'options' | 'dryRun' | 'jobs'>): string {
  const { status = '', grace, limit } = options;
  const most = limit === undefined ? '' : `, ${formatCount(limit)} a queue at most`;
  const older = grace ? ` older than ${formatRoughly(grace)}` : '';
  const chosen = `${(jobs?.states ?? []).join(' and ')} jobs${jobs && jobs.words !== 'all' ? `: ${jobs.words}` : ''}`;
  const words = {
    pause: 'Pause',
    resume: 'Resume',
    clean: `Remove ${status} jobs${older}${most}`,
    'retry-failed': `Retry failed jobs${most}`,
    'retry-jobs': `Retry ${chosen}`,
    'promote-jobs': `Promote ${chosen}`,
    'remove-jobs': `Remove ${chosen}`,
  }[kind];

  return dryRun ? `${words} (counted only)` : words;
}

const stateWords: Record<OperationSummary['state'], string> = {
  queued: 'Queued',
  running: 'Running',
  done: 'Done',
  cancelled: 'Cancelled',
  failed: 'Failed',
  interrupted: 'Interrupted',
};

export function operationState({ state, failed, cancelRequestedAt }: OperationSummary): string {
  if (state === 'running' && cancelRequestedAt) return 'Cancelling';
  return state === 'done' && failed > 0 ? 'Done in part' : stateWords[state];
}

export type OperationTone = 'healthy' | 'warning' | 'critical' | 'neutral' | 'running';

export function operationTone({ state, failed }: Pick<OperationSummary, 'state' | 'failed'>): OperationTone {
  if (state === 'queued' || state === 'running') return 'running';
  if (state === 'done') return failed > 0 ? 'warning' : 'healthy';
  return state === 'cancelled' ? 'neutral' : 'critical';
}

export function isOver({ state }: Pick<OperationSummary, 'state'>): boolean {
  return state !== 'queued' && state !== 'running';
}

/** 0 to 100; an operation without anything to touch is done when it is over. */
export function operationPercent({
  done,
  failed,
  total,
  state,
  dryRun,
  gone = 0,
  moved = 0,
  examined = 0,
  toExamine = 0,
}: Pick<OperationSummary, 'done' | 'failed' | 'total' | 'state'> &
  Partial<Pick<OperationSummary, 'dryRun' | 'gone' | 'moved' | 'examined' | 'toExamine'>>): number {
  if (dryRun && toExamine > 0) return isOver({ state }) ? 100 : Math.min(100, (examined / toExamine) * 100);
  if (total === 0) return isOver({ state }) ? 100 : 0;
  return Math.min(100, ((done + failed + gone + moved) / total) * 100);
}

/** "120 of 214 jobs, 3 could not be changed". */
export function operationCounts(operation: OperationSummary): string {
  const { kind, done, failed, total, uncounted = 0, gone = 0, moved = 0, dryRun, jobs } = operation;
  if (dryRun && jobs) return plural(total, 'job matches', 'jobs match');
  const thing = kind === 'pause' || kind === 'resume' ? 'queue' : 'job';
  const parts = [`${formatCount(done)} of ${plural(total, thing)}`];
  if (failed > 0) parts.push(`${formatCount(failed)} could not be changed`);
  if (gone > 0) parts.push(`${formatCount(gone)} had vanished`);
  if (moved > 0) parts.push(`${formatCount(moved)} had been changed by others`);
  if (uncounted > 0) parts.push(`up to ${formatCount(uncounted)} more done, not counted`);
  return parts.join(', ');
}

/** Where the canary stands; undefined where there is none. */
export function canaryWords({ canary }: Pick<OperationSummary, 'canary'>): string | undefined {
  if (canary === undefined) return undefined;
  const tried = canary.chosen.filter(({ verdict }) => verdict !== 'left').length;
  switch (canary.state) {
    case 'choosing':
      return `Canary: choosing ${plural(canary.jobs, 'job')}`;
    case 'retrying':
      return `Canary: retrying ${plural(tried, 'job')}`;
    case 'waiting':
      return `Canary: ${formatCount(canary.passed)} of ${plural(tried, 'job')} completed, waiting for the others`;
    case 'passed':
      return `Canary passed: ${plural(canary.passed, 'job')} completed`;
    case 'stopped':
      return 'Canary stopped it: the others were left alone';
  }
}

/** What a person fills in before an operation. */
export interface BulkDraft {
  readonly kind: BulkKind;
  readonly status: Cleanable;
  /** Minutes, as typed; empty: none. */
  readonly grace: string;
  /** Jobs of each queue, as typed; empty: all. */
  readonly limit: string;
}

export const emptyDraft: Omit<BulkDraft, 'kind'> = { status: 'failed', grace: '', limit: '' };

const graceRule: NumberRule = { min: 0, max: 525_600, optional: true };
const limitRule: NumberRule = { min: 1, whole: true, optional: true };

export interface BulkPlan {
  readonly problems: { readonly grace?: string; readonly limit?: string };
  /** Undefined while a field cannot be read. */
  readonly request: StartOperationRequest | undefined;
  /** What it touches at most as things stand; undefined where a queue's count is not known. */
  readonly count: number | undefined;
  /** Queues it changes nothing about, with why. */
  readonly idle: number;
}

/** The request that a draft means, and how much it would touch as of the newest numbers. */
export function planBulk(draft: BulkDraft, queues: readonly QueueHealthStatus[]): BulkPlan {
  const { kind, status } = draft;
  const names = queues.map(({ queueName }) => queueName);
  if (kind === 'pause' || kind === 'resume') {
    const changes = queues.filter(({ paused = false }) => paused !== (kind === 'pause')).length;
    return { problems: {}, request: { kind, queues: names }, count: changes, idle: queues.length - changes };
  }
  const limit = readNumber(draft.limit, limitRule);
  const grace = kind === 'clean' ? readNumber(draft.grace, graceRule) : { value: undefined };
  const problems = {
    ...(grace.problem !== undefined && { grace: grace.problem }),
    ...(limit.problem !== undefined && { limit: limit.problem }),
  };
  const counts = queues.map(({ metrics }) => known(metrics, kind === 'clean' ? status : 'failed'));
  const capped = counts.map((count) => count && Math.min(count, limit.value ?? Number.POSITIVE_INFINITY));
  const count = capped.some((one) => one === undefined)
    ? undefined
    : capped.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const idle = counts.filter((one) => one === 0).length;
  if (Object.keys(problems).length > 0) return { problems, request: undefined, count, idle };
  const options = {
    ...(kind === 'clean' && { status }),
    ...(grace.value !== undefined && { grace: Math.round(grace.value * 60_000) }),
    ...(limit.value !== undefined && { limit: limit.value }),
  };
  return { problems, request: { kind, queues: names, options }, count, idle };
}
