import type { Severity } from '../health/evaluate-health.js';
import type { AlertKind } from './alert-kinds.js';

export interface Acknowledgement {
  readonly by: string;
  readonly atMs: number;
}

/** One step in an alert's life, for its history. */
export interface AlertEvent {
  readonly atMs: number;
  readonly what: 'fired' | 'raised' | 'lowered' | 'acknowledged' | 'silenced' | 'unsilenced' | 'resolved';
  readonly severity?: Severity;
  readonly by?: string;
}

/**
 * When there was something to tell of an alert: stamps of the leader's ticks, which only
 * grow, also over leaders and clocks. What a notifier was told is a stamp too, so the
 * difference is what it still has to hear; nothing else is stored, so nothing can be lost
 * or told twice.
 */
export interface AlertStamps {
  /** First telling at each severity; `null` before. A silenced alert gets none. */
  readonly warning: number | null;
  readonly critical: number | null;
  readonly latest: number | null;
}

export interface FiringAlert {
  readonly id: string;
  readonly queueName: string;
  readonly kind: AlertKind;
  readonly severity: Severity;
  /** The worst it has been. */
  readonly worst: Severity;
  /** As of the last tick at which the limit was exceeded. */
  readonly message: string;
  readonly value: number;
  readonly threshold: number;
  readonly firedAtMs: number;
  /** Of the last change worth telling: fired, raised, or no longer silenced. */
  readonly changedAtMs: number;
  readonly acknowledged: Acknowledgement | null;
  /** The silence that keeps it from being told; `null` without one. */
  readonly silenceId: string | null;
  readonly stamps: AlertStamps;
  /** Oldest first; the first and the latest are kept when there are many. */
  readonly events: readonly AlertEvent[];
}

/** `cleared`: the value came back. `queue_gone`: the queue no longer exists. */
export type ResolvedBecause = 'cleared' | 'queue_gone';

export interface ResolvedAlert extends FiringAlert {
  readonly resolvedAtMs: number;
  readonly resolvedBecause: ResolvedBecause;
  readonly resolvedStamp: number;
}

const KEPT_EVENTS = 30;

export function withEvent(events: readonly AlertEvent[], event: AlertEvent): readonly AlertEvent[] {
  const [first, ...rest] = [...events, event];
  return first === undefined ? [] : [first, ...rest.slice(-(KEPT_EVENTS - 1))];
}
