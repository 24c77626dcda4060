import type { ChangeJobsRequest, ChangeJobsResponse, JobReference } from '@drover/contract';

export interface JobsChange extends Omit<ChangeJobsRequest, 'jobIds'> {
  readonly jobs: readonly JobReference[];
  /** Told after each step how many were tried. */
  readonly onProgress?: (tried: number) => void;
  /** Stops before the next step; what was done stays done. */
  readonly signal?: AbortSignal;
}

export interface JobsChangeResult {
  readonly total: number;
  readonly done: number;
  /** Neither done nor refused: the signal, or a lost connection, came first. */
  readonly untried: number;
  readonly errors: readonly (JobReference & { readonly error: string })[];
  /** Refused in all: more than `errors` names. */
  readonly failed: number;
  /** Why the rest was not tried. */
  readonly ended?: string;
}

/** A step takes about a tenth of a second: progress is seen, and a cancel is heard. */
const stepJobs = 100;

/**
 * Changes jobs queue by queue. A failure of the very first call rejects; of a later one ends it, with what was done
 * so far as the result: that must not be lost.
 */
export async function changeJobs(
  { jobs, onProgress, signal, ...request }: JobsChange,
  send: (queueName: string, body: ChangeJobsRequest) => Promise<ChangeJobsResponse>,
): Promise<JobsChangeResult> {
  const errors: (JobReference & { error: string })[] = [];
  let [tried, done, failed] = [0, 0, 0];
  let ended: string | undefined;
  for (const { queueName, jobIds } of stepsOf(jobs)) {
    if (signal?.aborted) break;
    try {
      const reply = await send(queueName, { ...request, jobIds });
      done += reply.done;
      failed += reply.failed;
      errors.push(...(reply.errors ?? []).map((error) => ({ queueName, ...error })));
    } catch (error) {
      if (tried === 0) throw error;
      ended = error instanceof Error ? error.message : String(error);
      break;
    }
    tried += jobIds.length;
    onProgress?.(tried);
  }
  const untried = jobs.length - tried;
  return { total: jobs.length, done, untried, errors, failed, ...(ended !== undefined && { ended }) };
}

function stepsOf(jobs: readonly JobReference[]): { queueName: string; jobIds: string[] }[] {
  const byQueue = new Map<string, string[]>();
  for (const { queueName, jobId } of jobs) byQueue.set(queueName, [...(byQueue.get(queueName) ?? []), jobId]);
  return [...byQueue].flatMap(([queueName, own]) =>
    Array.from({ length: Math.ceil(own.length / stepJobs) }, (_, step) => ({
      queueName,
      jobIds: own.slice(step * stepJobs, (step + 1) * stepJobs),
    })),
  );
}
