import type { DesiredWorkerState, FleetMember, FleetNews } from '@drover/core';
import type { WorkerSettings } from './worker-settings.js';

export interface FleetWatchOptions {
  /** Whose desired state to read; `null` in a process that obeys nobody. */
  readonly workerId: string | null;
  readonly settings: WorkerSettings;
  /** Resolves when the worker's own connection is up. Called again until it does. */
  readonly join: () => Promise<Pick<FleetMember, 'look'>>;
  /** Called with every look that finds a desired state, changed or not. */
  readonly onDesired: (desired: DesiredWorkerState) => void;
  readonly random: () => number;
  /** A listener of the settings, or `onDesired`, threw: told, and the watch goes on. */
  readonly onError: (error: unknown) => void;
}

/** With a tenth of jitter and a slow answer, a change is still in force within a second. */
const LOOK_EVERY_MS = 750;

/**
 * Looks every 750 ms whether the control plane wants something else of this worker, or
 * changed a setting. At most one look is under way: on a dead engine a second would only
 * queue up behind the first. While the engine is away the worker keeps what it had; that it
 * is away is the reporter's to tell.
 */
export class FleetWatch {
  private readonly options: FleetWatchOptions;
  private member: Pick<FleetMember, 'look'> | null = null;
  private settingsRevision = -1;
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  constructor(options: FleetWatchOptions) {
    this.options = options;
  }

  start(): void {
    void this.lookAndSchedule();
  }

  /** An answer that is still to come is dropped. */
  stop(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async lookAndSchedule(): Promise<void> {
    await this.look();
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.lookAndSchedule(), LOOK_EVERY_MS * (0.9 + 0.2 * this.options.random()));
    // Looking alone is no reason for the host process to stay.
    this.timer.unref();
  }

  private async look(): Promise<void> {
    const { settings, onDesired, onError } = this.options;
    const news = await this.ask();
    if (news === null || this.stopped) return;
    try {
      this.settingsRevision = news.settingsRevision;
      if (news.documents !== null) settings.apply(news.documents);
      if (news.desired !== null) onDesired(news.desired);
    } catch (error) {
      onError(error);
    }
  }

  /** `null` while the engine is away. */
  private async ask(): Promise<FleetNews | null> {
    const { workerId, join } = this.options;
    try {
      this.member ??= await join();
      return await this.member.look({ workerId, settingsRevision: this.settingsRevision });
    } catch {
      return null;
    }
  }
}
