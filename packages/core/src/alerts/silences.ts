import type { AlertKind } from './alert-kinds.js';

/** Alerts of a queue, a kind, or both, that nobody shall be told of for a while. */
export interface Silence {
  readonly id: string;
  /** `null` for every queue. */
  readonly queueName: string | null;
  /** `null` for every kind. */
  readonly kind: AlertKind | null;
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly why: string;
  readonly by: string;
  readonly createdAtMs: number;
}

/** The silence that covers an alert now; of several the one that lasts longest. */
export function silenceFor(
  alert: { readonly queueName: string; readonly kind: AlertKind },
  silences: readonly Silence[],
  nowMs: number,
): Silence | null {
  const covering = silences.filter(
    ({ queueName, kind, fromMs, untilMs }) =>
      (queueName === null || queueName === alert.queueName) &&
      (kind === null || kind === alert.kind) &&
      fromMs <= nowMs &&
      nowMs < untilMs,
  );
  return covering.reduce<Silence | null>(
    (longest, silence) => (longest === null || silence.untilMs > longest.untilMs ? silence : longest),
    null,
  );
}
