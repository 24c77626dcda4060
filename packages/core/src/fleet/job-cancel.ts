/**
 * The settings document by which running jobs are cancelled: every worker reads it within a
 * second, in whoever's process it is. Entries are state, not messages: read twice, or by
 * workers that do not have the job, they do no harm.
 */
export const cancelsKey = 'job-cancels';

export interface JobCancel {
  readonly queueName: string;
  readonly jobId: string;
  /** The run that is meant: BullMQ's `processedOn` of it, so that no later one is hit. */
  readonly startedAtMs: number;
  /** When it was asked for, by the control plane's clock. */
  readonly askedAtMs: number;
  /** Told to the job. */
  readonly reason: string;
}

/** A worker that was away for longer has lost its jobs to others. */
export const CANCEL_KEPT_MS = 60_000;
const MAX_CANCELS = 1_000;

/** Reads the document; what is damaged is left out. */
export function parseCancels(value: unknown): readonly JobCancel[] {
  const { cancels } = (typeof value === 'object' && value !== null ? value : {}) as { cancels?: unknown };
  if (!Array.isArray(cancels)) return [];
  return cancels.filter((entry: Partial<JobCancel> | null): entry is JobCancel => {
    return (
      typeof entry?.queueName === 'string' &&
      typeof entry.jobId === 'string' &&
      typeof entry.startedAtMs === 'number' &&
      typeof entry.askedAtMs === 'number' &&
      typeof entry.reason === 'string'
    );
  });
}

/** The document with more entries, without those that are over; the oldest go first when there are too many. */
export function withCancels(
  value: unknown,
  added: readonly JobCancel[],
  nowMs: number,
): { readonly cancels: JobCancel[] } {
  const kept = parseCancels(value).filter(({ askedAtMs }) => Math.abs(nowMs - askedAtMs) < CANCEL_KEPT_MS);
  return { cancels: [...kept, ...added].slice(-MAX_CANCELS) };
}
