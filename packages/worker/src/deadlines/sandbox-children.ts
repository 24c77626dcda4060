/** What is used of BullMQ's pool of child processes and threads for sandboxed processors. */
export interface SandboxPool {
  retain(processFile: string): Promise<SandboxChild>;
  kill(child: SandboxChild, signal: 'SIGKILL'): Promise<void>;
}
type SandboxChild = object;

/** Knows which child runs which job, so that one can be ended at its deadline. */
export class SandboxChildren<J extends { readonly id?: string }> {
  private readonly childOf = new WeakMap<J, Promise<SandboxChild>>();
  private readonly running = new Map<string, J>();
  private beginning: J | null = null;

  constructor(
    private readonly pool: SandboxPool,
    private readonly onFailure: (error: unknown) => void,
  ) {
    const retain = pool.retain.bind(pool);
    pool.retain = (processFile) => {
      const child = retain(processFile);
      if (this.beginning !== null) this.childOf.set(this.beginning, child);
      return child;
    };
  }

  /** Calls `begin`, which asks the pool for a child before it first waits. */
  run<R>(job: J, begin: () => Promise<R>): Promise<R> {
    this.beginning = job;
    const { id } = job;
    try {
      const work = begin();
      if (id === undefined) return work;
      this.running.set(id, job);
      const forget = () => {
        if (this.running.get(id) === job) this.running.delete(id);
      };
      work.then(forget, forget);
      return work;
    } finally {
      this.beginning = null;
    }
  }

  /** Kills the child of the job with that id. */
  killById(jobId: string): void {
    const job = this.running.get(jobId);
    if (job !== undefined) this.kill(job);
  }

  /** Kills the job's child: a job that does not yield never hears that it was cancelled. */
  kill(job: J): void {
    this.childOf
      .get(job)
      ?.then((child) => this.pool.kill(child, 'SIGKILL'))
      .catch(this.onFailure);
  }
}
