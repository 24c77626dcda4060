import { randomUUID } from 'node:crypto';
import {
  type AlertChange,
  type AlertsPlan,
  type AlertTimers,
  evaluateAlerts,
  type Fence,
  type FiringAlert,
  isFault,
  noTimers,
  type ObservedQueue,
  type RecordChange,
  type RecordStore,
  type ResolvedAlert,
  type Silence,
} from '@drover/core';
import type { Logger } from 'pino';
import type { LiveTopics } from '../live-topics.js';
import {
  loadFiring,
  loadNotifiers,
  loadResolvedAfter,
  moveToResolved,
  putFiring,
  RESOLVED,
  type Stored,
} from './alert-records.js';
import { toWireAlert } from './wire-alert.js';

export interface AlertWatchOptions {
  readonly records: RecordStore;
  readonly silences: (nowMs: number) => readonly Silence[];
  readonly topics: LiveTopics;
  readonly log: Logger;
  readonly tickMs: number;
  /** Names of those whose messages must survive a change of leaders. */
  readonly notifiers: readonly string[];
  readonly newId?: () => string;
}

/** What notifiers go by. */
export interface AlertStanding {
  readonly firing: readonly FiringAlert[];
  /** At least those of which a notifier may still have to hear. */
  readonly resolved: readonly ResolvedAlert[];
  /** Of the last tick: everything up to it is in the two lists. */
  readonly stamp: number;
}

const KEEP_RESOLVED_MS = 30 * 24 * 3_600_000;
const PRUNE_EVERY_MS = 600_000;
/** Well below the 500 of a write, and below its bytes: an alert has 2 to 4 KiB. */
const CHANGES_PER_WRITE = 200;

/**
 * The leader's alerts. What fires is read from the engine at every tick, so an acknowledgement
 * at any replica, a restart and another leader's work need no further care; only the timers
 * of what is pending live here.
 */
export class AlertWatch {
  readonly #options: AlertWatchOptions;
  #epoch: number | null = null;
  #timers: AlertTimers = noTimers;
  #firing: readonly FiringAlert[] = [];
  #resolved: readonly ResolvedAlert[] = [];
  #stamp = 0;
  #prunedAtMs = 0;
  #complete = false;
  /** True when a write failed: whether it happened is not known, so what is stored must be read again. */
  #stale = false;

  constructor(options: AlertWatchOptions) {
    this.#options = options;
  }

  /** `null` when the last tick could not be stored as a whole: then nothing may be told by it. */
  standing(): AlertStanding | null {
    return this.#complete ? { firing: this.#firing, resolved: this.#resolved, stamp: this.#stamp } : null;
  }

  /**
   * Judges a tick's queues and stores what changed. Answers all that fire; with an engine
   * that fails those of the last tick. Rejects only when another leader took over.
   */
  async watch(queues: readonly ObservedQueue[], nowMs: number, fence: Fence): Promise<readonly FiringAlert[]> {
    this.#complete = false;
    try {
      if (this.#epoch !== fence.epoch) this.#timers = noTimers;
      if (this.#epoch !== fence.epoch || this.#stale) await this.#takeUp();
      this.#epoch = fence.epoch;
      this.#stale = false;
      const stamp = Math.max(nowMs, this.#stamp + 1);
      this.#firing = await this.#step(queues, nowMs, stamp, fence);
      this.#stamp = stamp;
      this.#complete = true;
      await this.#prune(nowMs);
    } catch (error) {
      if (isFault(error, 'fenced')) throw error;
      this.#stale = true;
      this.#options.log.error({ err: error }, 'alerts could not be followed: they are tried again with the next tick');
    }
    return this.#firing;
  }

  /** Forgets resolved alerts but those of which some notifier has still to hear. */
  keepResolved(ids: ReadonlySet<string>): void {
    this.#resolved = this.#resolved.filter(({ id }) => ids.has(id));
  }

  /** Goes on from what is stored: also its stamps, which must grow whatever this host's clock says. */
  async #takeUp(): Promise<void> {
    const { records, notifiers } = this.#options;
    const states = await loadNotifiers(records);
    const told = notifiers.flatMap((name) => states.get(name)?.value.toldStamp ?? []);
    this.#resolved = told.length === 0 ? [] : await loadResolvedAfter(records, Math.min(...told));
    const firing = (await loadFiring(records)).map(({ value }) => value.stamps.latest ?? 0);
    const resolved = this.#resolved.map(({ resolvedStamp }) => resolvedStamp);
    this.#stamp = [...told, ...firing, ...resolved].reduce((latest, stamp) => Math.max(latest, stamp), this.#stamp);
  }

  async #step(
    queues: readonly ObservedQueue[],
    nowMs: number,
    stamp: number,
    fence: Fence,
  ): Promise<readonly FiringAlert[]> {
    for (let attempt = 1; ; attempt++) {
      const stored = await loadFiring(this.#options.records);
      const plan = evaluateAlerts({
        timers: this.#timers,
        firing: stored.map(({ value }) => value),
        queues: queues.filter(({ queueName }) => isStorable(queueName)),
        silences: this.#options.silences(nowMs),
        nowMs,
        // As long as one tick that came late; what is longer is time in which nobody looked.
        longestStepMs: 2 * this.#options.tickMs,
        stamp,
        newId: this.#options.newId ?? randomUUID,
      });
      try {
        await this.#store(plan, stored, fence);
        this.#timers = plan.timers;
        return plan.firing;
      } catch (error) {
        // Somebody acknowledged an alert in between: judge again, by what stands now.
        if (!isFault(error, 'conflict') || attempt === 3) throw error;
      }
    }
  }

  /** Each write holds whole alerts, so none is ever in both collections or in neither. */
  async #store(plan: AlertsPlan, stored: readonly Stored<FiringAlert>[], fence: Fence): Promise<void> {
    const versions = new Map(stored.map(({ value, version }) => [value.id, version]));
    for (let at = 0; at < plan.changes.length; at += CHANGES_PER_WRITE) {
      const part = plan.changes.slice(at, at + CHANGES_PER_WRITE);
      await this.#options.records.write(
        part.flatMap((change) => toRecords(change, versions.get(change.alert.id) ?? 0)),
        fence,
      );
      this.#tell(part);
    }
  }

  #tell(changes: readonly AlertChange[]): void {
    for (const { kind, alert } of changes) {
      if (kind === 'resolve') this.#resolved = [...this.#resolved, alert];
      const what = alert.events.at(-1)?.what ?? 'fired';
      this.#options.topics.publish('alerts', {
        type: `alert.${kind === 'fire' ? 'fired' : what}`,
        alert: toWireAlert(alert),
      });
    }
  }

  async #prune(nowMs: number): Promise<void> {
    // Also when the clock went back: an hour of no pruning is less than a year of it.
    if (Math.abs(nowMs - this.#prunedAtMs) < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = nowMs;
    await this.#options.records.prune(RESOLVED, nowMs - KEEP_RESOLVED_MS);
  }
}

/** A queue whose name no engine takes as a record's subject must not keep all others from their alerts. */
function isStorable(queueName: string): boolean {
  return queueName.length <= 512 && !/[\0\p{Surrogate}]/u.test(queueName);
}

function toRecords(change: AlertChange, version: number): readonly RecordChange[] {
  return change.kind === 'resolve' ? moveToResolved(change.alert, version) : [putFiring(change.alert, version)];
}
