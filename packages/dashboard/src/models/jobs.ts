import type { JobPlace, JobReference, JobSummary, QueueHealthStatus, QueueMetrics } from '@drover/contract';
import { known } from './health.js';

/** In the order of what a person looks for when something is wrong. */
export const jobPlaces = [
  'failed',
  'active',
  'waiting',
  'delayed',
  'waiting-children',
  'completed',
] as const satisfies readonly JobPlace[];

export const placeWords: Record<JobPlace, string> = {
  failed: 'Failed',
  active: 'Active',
  waiting: 'Waiting',
  delayed: 'Delayed',
  'waiting-children': 'Waiting for children',
  completed: 'Completed',
};

export function isPlace(text: string | null): text is JobPlace {
  return (jobPlaces as readonly (string | null)[]).includes(text);
}

const fields: Record<JobPlace, keyof QueueMetrics> = {
  failed: 'failed',
  active: 'active',
  waiting: 'waiting',
  delayed: 'delayed',
  'waiting-children': 'waitingChildren',
  completed: 'completed',
};

/** Undefined where it is not known. */
export type PlaceCounts = Readonly<Record<JobPlace, number | undefined>>;

export function placeCounts({ metrics }: QueueHealthStatus): PlaceCounts {
  return Object.fromEntries(
    jobPlaces.map((place) => [place, known(metrics, fields[place] as Parameters<typeof known>[1])]),
  ) as PlaceCounts;
}

/** Of all queues together; what is not known of one is not known of all. */
export function totalCounts(queues: readonly QueueHealthStatus[]): PlaceCounts {
  const all = queues.map(placeCounts);
  return Object.fromEntries(
    jobPlaces.map((place) => {
      const counts = all.map((one) => one[place]);
      return [place, counts.includes(undefined) ? undefined : counts.reduce<number>((sum, one) => sum + (one ?? 0), 0)];
    }),
  ) as PlaceCounts;
}

/** Names one job among all; also a row's key. */
export function jobPath({ queueName, jobId }: JobReference): string {
  return `/jobs/${encodeURIComponent(queueName)}/${encodeURIComponent(jobId)}`;
}

/** The list of a queue's jobs in one state. */
export function jobsPath(queueName: string, state?: JobPlace): string {
  return `/jobs?queue=${encodeURIComponent(queueName)}${state ? `&state=${state}` : ''}`;
}

type Times = Pick<JobSummary, 'state' | 'addedAt' | 'dueAt' | 'startedAt' | 'finishedAt'>;

/** How long its latest attempt ran, or runs as of now (ms); undefined when it has not begun. */
export function ranMs({ state, startedAt, finishedAt }: Times, nowMs: number): number | undefined {
  if (startedAt === undefined) return undefined;
  if (state === 'active') return Math.max(0, nowMs - startedAt.getTime());
  // A retried job keeps the end of its attempt before.
  if (finishedAt === undefined || finishedAt < startedAt) return undefined;
  return finishedAt.getTime() - startedAt.getTime();
}

/** "2 of 5": attempts made, the running one included. */
export function attemptWords({
  state,
  attemptsMade,
  maxAttempts,
}: Pick<JobSummary, 'state' | 'attemptsMade' | 'maxAttempts'>): string {
  const begun = attemptsMade + (state === 'active' ? 1 : 0);
  return `${begun} of ${Math.max(begun, maxAttempts)}`;
}

/** BullMQ's priorities run the other way round than most people think. */
export function priorityWords(priority: number): string {
  if (priority === 0) return 'none: before all that have one';
  return `${priority}${priority === 1 ? ', the most urgent' : ''}`;
}

const kilo = 1_024;

/** 214 B, 3.1 KB, 1.2 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < kilo) return `${bytes} B`;
  if (bytes < 100 * kilo) return `${(bytes / kilo).toFixed(1).replace(/\.0$/, '')} KB`;
  if (bytes < kilo * kilo) return `${Math.round(bytes / kilo)} KB`;
  return `${(bytes / kilo / kilo).toFixed(1).replace(/\.0$/, '')} MB`;
}
