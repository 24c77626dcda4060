import type { Job } from 'bullmq';

// biome-ignore lint/suspicious/noExplicitAny: fences jobs of every queue
type AnyJob = Job<any, any, string, any>;

/** Everything with which a job writes to the engine. A test holds this to BullMQ's `Job`. */
export const writingMethods = [
  'changeDelay',
  'changePriority',
  'clearLogs',
  'extendLock',
  'log',
  'moveToCompleted',
  'moveToDelayed',
  'moveToFailed',
  'moveToWait',
  'moveToWaitingChildren',
  'promote',
  'remove',
  'removeChildDependency',
  'removeDeduplicationKey',
  'removeUnprocessedChildren',
  'retry',
  'updateData',
  'updateProgress',
] as const satisfies readonly (keyof AnyJob)[];

/** What a handler gets that still uses its job after the attempt was given up. */
export class AttemptAbandonedError extends Error {
  override readonly name = 'AttemptAbandonedError';
  readonly code = 'ATTEMPT_ABANDONED';
}

/** A second object for the same job: BullMQ goes on with it when the handler keeps the first. */
export function secondSelf<J extends AnyJob>(job: J): J {
  return Object.assign(Object.create(Object.getPrototypeOf(job)), job);
}

/**
 * Takes every means of writing from a job object whose handler ran on after its attempt was
 * given up. Its job may run again at this moment, perhaps under the same lock token: the
 * engine cannot tell the two apart.
 */
export function fenceJob(job: AnyJob): void {
  const refuse = () => {
    const refused = Promise.reject(
      new AttemptAbandonedError(`Job ${job.id} timed out and was given up: this attempt can no longer change it`),
    );
    // Whoever awaits it is stopped; whoever does not must not bring the process down.
    refused.catch(() => undefined);
    return refused;
  };
  for (const method of writingMethods) Object.defineProperty(job, method, { value: refuse });
}
