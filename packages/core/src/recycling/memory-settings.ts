import type { MemoryLimits } from './memory-limits.js';

/** What the configuration file says. A queue's own limits hold against the general ones, edited or not. */
export interface MemoryBase {
  readonly worker: MemoryLimits;
  readonly queues: Readonly<Record<string, Partial<MemoryLimits>>>;
}

/** What was edited at run time: the document `memoryKey`. */
export interface MemoryOverride {
  readonly worker: Partial<MemoryLimits>;
  /** Soft limits by queue; `null` takes away what the file says. */
  readonly queueSoftLimitMB: Readonly<Record<string, number | null>>;
}

export const noMemoryOverride: MemoryOverride = { worker: {}, queueSoftLimitMB: {} };

const fields = ['softLimitMB', 'hardLimitMB', 'warningThresholdPercent', 'afterJobs', 'afterHours'] as const;

/** Reads the stored document; what in it is no limit is left out, so a damaged one changes nothing. */
export function parseMemoryOverride(value: unknown): MemoryOverride {
  if (typeof value !== 'object' || value === null) return noMemoryOverride;
  const { worker, queueSoftLimitMB } = value as Partial<Record<keyof MemoryOverride, unknown>>;
  const limits = fields.flatMap((field) => {
    const limit = (worker as Partial<MemoryLimits> | undefined | null)?.[field];
    return isAmount(limit) ? [[field, limit]] : [];
  });
  const queues = Object.entries(queueSoftLimitMB ?? {}).filter(([, limit]) => limit === null || isAmount(limit));
  return { worker: Object.fromEntries(limits), queueSoftLimitMB: Object.fromEntries(queues) };
}

/** The limits of a queue's workers. Without a queue's name those of all that have none of their own. */
export function memoryLimitsFor(base: MemoryBase, override: MemoryOverride, queueName?: string): MemoryLimits {
  const general = { ...base.worker, ...override.worker };
  if (queueName === undefined) return general;
  const { softLimitMB: fileSoft, ...own } = ownEntry(base.queues, queueName) ?? {};
  const edited = ownEntry(override.queueSoftLimitMB, queueName);
  const softLimitMB = edited === undefined ? fileSoft : (edited ?? undefined);
  return { ...general, ...own, ...(softLimitMB === undefined ? {} : { softLimitMB }) };
}

/** The soft limits of queues that have their own, by queue. */
export function queueSoftLimits(base: MemoryBase, override: MemoryOverride): Record<string, number> {
  const names = [...new Set([...Object.keys(base.queues), ...Object.keys(override.queueSoftLimitMB)])].sort();
  return Object.fromEntries(
    names.flatMap((queueName) => {
      const own = ownEntry(override.queueSoftLimitMB, queueName);
      const limit = own === undefined ? ownEntry(base.queues, queueName)?.softLimitMB : own;
      return limit === undefined || limit === null ? [] : [[queueName, limit]];
    }),
  );
}

/** What is wrong with the limits that an edit would lead to; empty when nothing is. */
export function memoryProblems(base: MemoryBase, override: MemoryOverride): { path: string; message: string }[] {
  const general = memoryLimitsFor(base, override);
  const above = (softLimitMB: number, hardLimitMB: number) =>
    `${softLimitMB} MB is above the hard limit of ${hardLimitMB} MB: a worker would be killed before it is recycled`;
  const queues = [...new Set([...Object.keys(base.queues), ...Object.keys(override.queueSoftLimitMB)])];
  return [
    ...(general.softLimitMB > general.hardLimitMB
      ? [{ path: 'worker.softLimit', message: above(general.softLimitMB, general.hardLimitMB) }]
      : []),
    ...queues.flatMap((queueName) => {
      const { softLimitMB, hardLimitMB } = memoryLimitsFor(base, override, queueName);
      const same = softLimitMB === general.softLimitMB && hardLimitMB === general.hardLimitMB;
      if (softLimitMB <= hardLimitMB || same) return [];
      return [{ path: `jobSpecific.${queueName}`, message: above(softLimitMB, hardLimitMB) }];
    }),
  ];
}

/** A queue may be called `constructor`. */
function ownEntry<T>(entries: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
