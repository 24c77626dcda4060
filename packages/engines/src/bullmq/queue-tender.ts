import type { IQueueBackend } from 'bullmq';

/**
 * Options of the backends that stand in for workers. Five stalls before a job fails, as for
 * Drover's own workers: BullMQ's default of one would fail a job whose worker was killed
 * twice, whatever attempts it has left. The check marks on one pass and recovers on the
 * next, so its interval is the time a lost job needs on top of its lock.
 */
export const tenderOptions = { maxStalledCount: 5, stalledInterval: 5000 } as const;

/** Bounds one call's work; what is left is due at the next tick. */
export const DUE_JOBS_PER_CALL = 200;
/** Longer than a call's work takes; what began goes on, and the next call finds it done. */
export const TEND_DEADLINE_MS = 7000;
const IDLE_BACKENDS = 1000;

/** Does for queues without workers what BullMQ leaves to workers. */
export class QueueTender {
  private readonly backends = new Map<string, IQueueBackend>();
  private readonly open: (queueName: string) => IQueueBackend;
  private readonly findDue: (queueName: string, limit: number) => Promise<readonly string[]>;

  constructor(
    open: (queueName: string) => IQueueBackend,
    findDue: (queueName: string, limit: number) => Promise<readonly string[]>,
  ) {
    this.open = open;
    this.findDue = findDue;
  }

  async tend(queueName: string): Promise<readonly string[]> {
    const backend = this.backendOf(queueName);
    const putBack = await backend.moveStalledJobsToWait();
    // promoteJobs() of BullMQ moves every delayed job, due or not, and drops priorities.
    for (const jobId of await this.findDue(queueName, DUE_JOBS_PER_CALL)) {
      await backend.promote(jobId).catch((error: unknown) => {
        if (!isNoLongerDelayed(error)) throw error;
      });
    }
    return putBack;
  }

  async close(): Promise<void> {
    const backends = [...this.backends.values()];
    this.backends.clear();
    await Promise.allSettled(backends.map((backend) => backend.close()));
  }

  private backendOf(queueName: string): IQueueBackend {
    const known = this.backends.get(queueName);
    if (known !== undefined) return known;
    const [oldest] = this.backends.keys();
    if (this.backends.size >= IDLE_BACKENDS && oldest !== undefined) {
      this.backends
        .get(oldest)
        ?.close()
        .catch(() => undefined);
      this.backends.delete(oldest);
    }
    const backend = this.open(queueName);
    // Unheard, an 'error' event would end the process; the call itself rejects as well.
    backend.on('error', () => undefined);
    this.backends.set(queueName, backend);
    return backend;
  }
}

/** -1: the job was removed meanwhile. -3: somebody else promoted it. */
function isNoLongerDelayed(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === -1 || code === -3;
}
