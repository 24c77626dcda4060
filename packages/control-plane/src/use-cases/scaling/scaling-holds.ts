import { Fault } from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';

/** Somebody's order that a queue keeps a number of workers for a while, whatever its load. */
export interface ScalingHold {
  readonly workers: number;
  readonly untilMs: number;
  readonly reason: string;
  /** Who gave the order. */
  readonly by: string;
  readonly sinceMs: number;
}

const PREFIX = 'scaling-hold/';

/** Orders of people over the scaler: one document a queue, which every control plane sees within a second. */
export class ScalingHolds {
  readonly #settings: SettingsCache;
  readonly #nowMs: () => number;

  constructor(settings: SettingsCache, nowMs: () => number) {
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  /** `null` without one, and when it has ended. */
  for(queueName: string): ScalingHold | null {
    const hold = parseHold(this.#settings.get(PREFIX + queueName)?.value);
    return hold !== null && hold.untilMs > this.#nowMs() ? hold : null;
  }

  /** For `If-Match`: 0 before the first. */
  version(queueName: string): number {
    return this.#settings.get(PREFIX + queueName)?.version ?? 0;
  }

  /** Faults: `conflict` when the version is another. */
  async set(
    queueName: string,
    hold: ScalingHold | null,
    expectedVersion: number | undefined,
  ): Promise<{ readonly before: ScalingHold | null; readonly version: number }> {
    // Ended rather than deleted: a version that starts again at 1 would let an old If-Match through.
    return editSetting(this.#settings, PREFIX + queueName, expectedVersion, (current) => {
      const before = parseHold(current);
      const held = before !== null && before.untilMs > this.#nowMs() ? before : null;
      if (hold === null && held === null) {
        throw new Fault('not_found', `Nobody holds the queue "${queueName}".`, { details: { queueName } });
      }
      return { value: hold, before: held };
    });
  }

  /** Calls back when any order was given or taken back, here or at another control plane. */
  onChange(listener: () => void): () => void {
    let held = this.#versions();
    return this.#settings.subscribe(() => {
      const now = this.#versions();
      if (now === held) return;
      held = now;
      listener();
    });
  }

  #versions(): string {
    return JSON.stringify(this.#settings.list(PREFIX).map(({ key, version }) => [key, version]));
  }
}

/** A damaged document holds nothing. */
function parseHold(value: unknown): ScalingHold | null {
  const { workers, untilMs, reason, by, sinceMs } = (value ?? {}) as Record<string, unknown>;
  const sound = [workers, untilMs, sinceMs].every(
    (each) => typeof each === 'number' && Number.isFinite(each) && each >= 0,
  );
  if (!sound || typeof reason !== 'string' || typeof by !== 'string') return null;
  return { workers: Math.floor(workers as number), untilMs: untilMs as number, reason, by, sinceMs: sinceMs as number };
}
