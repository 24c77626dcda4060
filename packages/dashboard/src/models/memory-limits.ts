import type { MemoryConfiguration, UpdateMemoryConfigRequest } from '@drover/contract';
import { type NumberRule, readNumber } from './form-number.js';

/** The server's bounds of a limit, MB. */
export const limitRule: NumberRule = { min: 16, max: 10_000_000, optional: true };

export interface QueueLimit {
  readonly queueName: string;
  /** Its own soft limit; undefined: it goes by the default. */
  readonly ownMB: number | undefined;
  /** What its workers hold on average, MB; undefined without workers. */
  readonly meanMB: number | undefined;
}

/** Queues with their soft limits, those with one of their own first. */
export function queueLimits(
  queueNames: readonly string[],
  { jobSpecific }: MemoryConfiguration,
  workers: readonly { readonly queueName: string; readonly lastMemoryCheck: { readonly rss: number } }[],
): QueueLimit[] {
  const names = [...new Set([...queueNames, ...Object.keys(jobSpecific)])].sort();
  const limits = names.map((queueName) => {
    const own = workers.filter((worker) => worker.queueName === queueName).map((worker) => worker.lastMemoryCheck.rss);
    const meanMB = own.length === 0 ? undefined : own.reduce((sum, rss) => sum + rss, 0) / own.length;
    return { queueName, ownMB: jobSpecific[queueName], meanMB };
  });
  return limits.toSorted((a, b) => Number(a.ownMB === undefined) - Number(b.ownMB === undefined));
}

export interface LimitDraft {
  readonly update: UpdateMemoryConfigRequest;
  readonly problem?: string;
}

/** The change that a typed soft limit means; an empty field takes the queue's own limit away. */
export function readLimitDraft(queueName: string, text: string, config: MemoryConfiguration): LimitDraft {
  const { value, problem } = readNumber(text, limitRule);
  const update = { jobSpecific: { [queueName]: value ?? null } };
  if (problem !== undefined) return { update, problem };
  const { hardLimit } = config.worker;
  if (value !== undefined && value > hardLimit) {
    return { update, problem: `Must be at most the hard limit, ${hardLimit} MB: the worker would be killed first.` };
  }
  return { update };
}
