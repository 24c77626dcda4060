import type { JobPlace, JobSummary, SearchJobsRequest, SearchJobsResponse } from '@drover/contract';
import {
  type Clock,
  Fault,
  type JobFilter,
  type JobGateway,
  parseJobPath,
  type QueueGateway,
  type QueueState,
} from '@drover/core';
import { rest } from '../../monitor/rest.js';
import type { SliceGate } from '../operations/slice-gate.js';
import type { JobView } from './job-view.js';
import { createJobJudge } from './judge-jobs.js';
import type { SearchPace } from './search-pace.js';

/** A call answers within about that, whatever there is to look at. */
const CALL_MS = 250;
/** With hits in hand it answers sooner: the first are shown at once. */
const CALL_WITH_HITS_MS = 100;
/** About a millisecond of Redis for jobs that the sieve drops. */
const JOBS_PER_SLICE = 200;
const DEFAULT_HITS = 50;
const defaultStates: readonly JobPlace[] = ['failed', 'active', 'waiting', 'delayed', 'waiting-children', 'completed'];

export interface JobSearchOptions {
  readonly jobs: JobGateway;
  readonly queues: Pick<QueueGateway, 'readStates'>;
  readonly queueNames: () => Promise<readonly string[]>;
  readonly gate: SliceGate;
  readonly pace: SearchPace;
  readonly clock: Clock;
}

/** Searches one slice; stops early when the signal aborts. */
export type JobSearch = (request: SearchJobsRequest, view: JobView, signal: AbortSignal) => Promise<SearchJobsResponse>;

/** Where a search stands. Kept by who searches: nothing of it stays here. */
interface Standing {
  queueName: string;
  /** Of the states asked for. */
  state: number;
  after: string | null;
  examined: number;
  skipped: number;
  readonly total: number;
}

/**
 * Looks through jobs in small slices, one at a time for all who search here, with rests that
 * leave the engine to the workers. The engine drops what cannot match (`sieveOf`); what is
 * left is judged here, by values as the one who asks may see them.
 */
export function createJobSearch({ jobs, queues, queueNames, gate, pace, clock }: JobSearchOptions): JobSearch {
  const begin = async (names: readonly string[], states: readonly JobPlace[]): Promise<Standing> => {
    const readings = await queues.readStates(names, clock.nowMs());
    const total = readings.reduce((sum, reading) => sum + (reading.ok ? countIn(reading.state, states) : 0), 0);
    return { queueName: names[0] ?? '', state: 0, after: null, examined: 0, skipped: 0, total };
  };

  return async (request, view, signal) => {
    const names = [...(request.queues ?? (await queueNames()))].sort();
    const states = request.states ?? defaultStates;
    const { order = 'newest', limit = DEFAULT_HITS, cursor } = request;
    const filter = readFilter(request);
    const standing = cursor === undefined ? await begin(names, states) : readCursor(cursor);
    const { asks, judge } = createJobJudge(filter, view);
    const hits: JobSummary[] = [];
    const startedMs = clock.monotonicMs();

    const slice = async (state: JobPlace): Promise<void> => {
      const { queueName, after } = standing;
      const found = await jobs.walk({ queueName, state, order, after, look: JOBS_PER_SLICE, ...asks });
      standing.examined += found.examined;
      standing.after = found.next;
      for (const row of found.jobs) {
        const { matches, unread, summary } = judge(row);
        if (unread) standing.skipped += 1;
        if (matches) hits.push(summary);
      }
      if (found.next === null) standing.state += 1;
    };

    /** Goes to the next queue when this one is through; false at the end. */
    const move = (): boolean => {
      while (standing.state >= states.length) {
        const next = names.find((name) => name > standing.queueName);
        if (next === undefined) return false;
        standing.queueName = next;
        standing.state = 0;
        standing.after = null;
      }
      return true;
    };

    let more = names.length > 0 && move();
    while (more && !signal.aborted && hits.length < limit) {
      const spentMs = clock.monotonicMs() - startedMs;
      if (spentMs >= (hits.length > 0 ? CALL_WITH_HITS_MS : CALL_MS)) break;
      const state = states[standing.state] as JobPlace;
      await gate.run(async () => {
        const beganMs = clock.monotonicMs();
        const before = standing.examined;
        await slice(state);
        const restMs = pace.restAfter(beganMs, clock.monotonicMs(), standing.examined - before);
        if (restMs > 0) await rest(restMs, signal);
      });
      more = move();
    }
    const { examined, skipped, total } = standing;
    return { hits, examined, skipped, total: Math.max(total, examined), ...(more && { next: writeCursor(standing) }) };
  };
}

/** How many jobs a queue has in these states. */
export function countIn(state: QueueState, places: readonly JobPlace[]): number {
  const counts: Record<JobPlace, number> = {
    waiting: state.waiting,
    active: state.active,
    delayed: state.delayed,
    'waiting-children': state.waitingChildren,
    completed: state.completed,
    failed: state.failed,
  };
  return places.reduce((sum, place) => sum + counts[place], 0);
}

export function readFilter({ filter }: Pick<SearchJobsRequest, 'filter'>): JobFilter {
  const { name, error, failure, text, since, until, minAttempts, maxAttempts, where = [] } = filter;
  return {
    ...(name !== undefined && { name }),
    ...(error !== undefined && { error }),
    ...(failure !== undefined && { failure }),
    ...(text !== undefined && { text }),
    ...(since !== undefined && { sinceMs: new Date(since).getTime() }),
    ...(until !== undefined && { untilMs: new Date(until).getTime() }),
    ...(minAttempts !== undefined && { minAttempts }),
    ...(maxAttempts !== undefined && { maxAttempts }),
    where: where.map(({ path, op, value }) => {
      const parsed = parseJobPath(path);
      if (parsed === null) throw new Fault('invalid_input', `"${path}" is no path into a job.`);
      return { ...parsed, operator: op, ...(value !== undefined && { value }) };
    }),
  };
}

function writeCursor({ queueName, state, after, examined, skipped, total }: Standing): string {
  return Buffer.from(JSON.stringify([queueName, state, after, examined, skipped, total])).toString('base64url');
}

function readCursor(text: string): Standing {
  const parts = partsOf(text);
  const [queueName, state, after, ...counts] = parts;
  const [examined, skipped, total] = counts;
  const sound =
    typeof queueName === 'string' && (after === null || typeof after === 'string') && [state, ...counts].every(isCount);
  if (!sound || parts.length !== 6) throw new Fault('invalid_input', 'This is no cursor of a search.');
  return { queueName, state, after, examined, skipped, total } as Standing;
}

const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;

function partsOf(text: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
