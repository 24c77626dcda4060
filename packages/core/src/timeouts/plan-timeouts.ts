import type { Histogram } from '../metrics/histogram.js';
import { type AdaptedTimeout, adaptTimeout, type FreshAttempts } from './adapt-timeout.js';
import { MAX_NAMES_PER_QUEUE } from './name-durations.js';
import type { TimeoutPolicy } from './timeout-policy.js';

/** Adaptive deadlines: queue -> job name. */
export type AdaptedTimeouts = Readonly<Record<string, Readonly<Record<string, AdaptedTimeout>>>>;

export interface TimeoutPlanInput {
  /** Policies of the queues that adapt. */
  readonly policies: ReadonlyMap<string, TimeoutPolicy>;
  readonly namesOf: (
    queueName: string,
  ) => ReadonlyMap<string, { readonly durations: Histogram; readonly fresh: FreshAttempts }>;
  readonly previous: AdaptedTimeouts;
  readonly nowMs: number;
}

/** Within the 256 KiB of a settings document, whose every byte every worker reads. */
export const MAX_ADAPTED_NAMES = 4_000;

/** The next adaptive deadlines of all queues. Names not seen lately keep theirs; a queue that no longer adapts loses them. */
export function planTimeouts({ policies, namesOf, previous, nowMs }: TimeoutPlanInput): AdaptedTimeouts {
  let room = MAX_ADAPTED_NAMES;
  const plan: [string, Readonly<Record<string, AdaptedTimeout>>][] = [];
  for (const [queueName, policy] of [...policies].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const names = new Map(Object.entries(previous[queueName] ?? {}));
    for (const [name, measured] of namesOf(queueName)) {
      const next = adaptTimeout({ policy, ...measured, previous: names.get(name) ?? null, nowMs });
      if (next !== null) names.set(name, next);
    }
    const kept = [...names].slice(-Math.min(room, MAX_NAMES_PER_QUEUE));
    room -= kept.length;
    if (kept.length > 0) plan.push([queueName, Object.fromEntries(kept)]);
    if (room === 0) break;
  }
  return Object.fromEntries(plan);
}
