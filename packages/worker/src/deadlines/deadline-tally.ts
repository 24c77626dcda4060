import type { DeadlineCounts } from '@drover/core';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What deadlines did, by job name, since the worker's start. Names are those of the ledger: at most 51. */
export class DeadlineTally {
  private readonly byName = new Map<string, Mutable<DeadlineCounts>>();

  count(name: string, what: keyof DeadlineCounts): void {
    const counts = this.byName.get(name) ?? { soft: 0, overdue: 0, abandoned: 0 };
    counts[what]++;
    this.byName.set(name, counts);
  }

  read(): Readonly<Record<string, DeadlineCounts>> {
    return Object.fromEntries([...this.byName].map(([name, counts]) => [name, { ...counts }]));
  }
}
