import { parseQuarantine, quarantineKey } from '@drover/core';
import type { WorkerSettings } from '../fleet/worker-settings.js';

/** An engine that does not answer must not keep a worker from its jobs for longer. */
const FIRST_LOOK_MS = 2_000;

/** Thrown for a job that is set aside; it is put where nobody takes it. */
export class QuarantinedError extends Error {
  override readonly name = 'QuarantinedError';

  constructor() {
    super('The job is set aside: it was in hand at too many crashes of its workers');
  }
}

/** The jobs of one queue that its worker must not run. */
export class WorkerQuarantine {
  private ids: ReadonlySet<string> = new Set();
  private first: Promise<void> | null = null;
  private known = false;

  constructor(
    private readonly queueName: string,
    private readonly settings: Pick<WorkerSettings, 'get' | 'subscribe' | 'loaded'>,
    /** Resolves when the control plane can know this worker. */
    private readonly reported: Promise<void>,
  ) {
    settings.subscribe(() => this.read());
  }

  holds(jobId: string | undefined): boolean {
    return this.ids.size > 0 && jobId !== undefined && this.ids.has(jobId);
  }

  /**
   * To be waited for before the first job, `null` from then on: a fresh worker does not know yet
   * what killed the one before it, and one that is killed before its first report is missed by nobody.
   */
  get opening(): Promise<void> | null {
    if (this.known) return null;
    this.first ??= this.firstLook();
    return this.first;
  }

  private async firstLook(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FIRST_LOOK_MS);
      timer.unref();
    });
    await Promise.race([Promise.all([this.settings.loaded, this.reported]), patience]);
    clearTimeout(timer);
    this.known = true;
  }

  private read(): void {
    const mine = parseQuarantine(this.settings.get(quarantineKey)).filter((job) => job.queueName === this.queueName);
    this.ids = new Set(mine.map(({ jobId }) => jobId));
  }
}
