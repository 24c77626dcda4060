import type { TimeoutActivity, TimeoutCounts } from '@drover/contract';
import type { DeadlineCounts, TimeoutPolicy, WorkerReport } from '@drover/core';

/** Settings document in which the leader keeps what timeouts did. Workers do not read it. */
export const timeoutActivityKey = 'timeouts-activity';

interface QueueActivity {
  readonly sinceMs: number;
  /** What the counts are about: another policy begins anew. */
  readonly policy: string;
  readonly names: Readonly<Record<string, DeadlineCounts>>;
}

export type StoredActivity = Readonly<Record<string, QueueActivity>>;

const none: DeadlineCounts = { soft: 0, overdue: 0, abandoned: 0 };
const MAX_NAMES = 50;
const OTHER_NAMES = '*';

/**
 * Sums what workers' deadlines did. Reports are cumulative; what a worker had done before
 * this leader first saw it is left to the leader before.
 */
export class TimeoutActivityLedger {
  private readonly seen = new Map<
    string,
    { readonly startedAtMs: number; readonly counts: WorkerReport['deadlines'] }
  >();
  private activity: StoredActivity;

  constructor(stored: StoredActivity, reports: readonly WorkerReport[]) {
    this.activity = stored;
    for (const report of reports) this.see(report);
  }

  get current(): StoredActivity {
    return this.activity;
  }

  absorb(reports: readonly WorkerReport[], policyOf: (queueName: string) => TimeoutPolicy, nowMs: number): void {
    for (const report of reports) {
      const { queueName, startedAtMs, deadlines = {} } = report;
      const before = this.seen.get(report.workerId);
      const counted = before?.startedAtMs === startedAtMs ? (before.counts ?? {}) : {};
      const fresh = Object.entries(deadlines).flatMap(([name, counts]) => {
        const difference = subtract(counts, counted[name] ?? none);
        return difference === null ? [] : [[name, difference] as const];
      });
      this.see(report);
      if (fresh.length > 0) this.add(queueName, fresh, signature(policyOf(queueName)), nowMs);
    }
    const present = new Set(reports.map(({ workerId }) => workerId));
    for (const workerId of this.seen.keys()) {
      if (!present.has(workerId)) this.seen.delete(workerId);
    }
  }

  private see({ workerId, startedAtMs, deadlines }: WorkerReport): void {
    this.seen.set(workerId, { startedAtMs, counts: deadlines });
  }

  private add(
    queueName: string,
    fresh: readonly (readonly [string, DeadlineCounts])[],
    policy: string,
    nowMs: number,
  ): void {
    const held = Object.hasOwn(this.activity, queueName) ? this.activity[queueName] : undefined;
    const begun = held?.policy === policy ? held : { sinceMs: nowMs, policy, names: {} };
    const names = new Map(Object.entries(begun.names));
    for (const [name, counts] of fresh) {
      const key = names.has(name) || names.size < MAX_NAMES ? name : OTHER_NAMES;
      names.set(key, sum(names.get(key) ?? none, counts));
    }
    this.activity = { ...this.activity, [queueName]: { ...begun, names: Object.fromEntries(names) } };
  }
}

/** As the API shows it; undefined before anything happened under this policy. */
export function activityOf(stored: unknown, queueName: string, policy: TimeoutPolicy): TimeoutActivity | undefined {
  // Only a leader writes the document, and only this shows it: a damaged one shows nothing.
  const entry = isActivity(stored) && Object.hasOwn(stored, queueName) ? stored[queueName] : undefined;
  if (entry === undefined || entry.policy !== signature(policy)) return undefined;
  const names = Object.entries(entry.names);
  return {
    since: new Date(entry.sinceMs),
    ...toWire(names.map(([, counts]) => counts).reduce(sum, none)),
    byName: Object.fromEntries(names.map(([name, counts]) => [name, toWire(counts)])),
  };
}

export function isActivity(value: unknown): value is StoredActivity {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every(
    (entry: Partial<QueueActivity> | null) =>
      typeof entry?.sinceMs === 'number' && typeof entry.policy === 'string' && typeof entry.names === 'object',
  );
}

function toWire({ soft, overdue, abandoned }: DeadlineCounts): TimeoutCounts {
  return { soft, wouldHaveTimedOut: overdue, abandoned };
}

/** Two policies under which the same attempts are counted for the same reasons. */
function signature({ timeoutMs, softTimeoutPercentage, adaptiveEnabled, shadow }: TimeoutPolicy): string {
  return [timeoutMs, softTimeoutPercentage, adaptiveEnabled ? 'adaptive' : 'fixed', shadow ? 'shadow' : ''].join('/');
}

function sum(a: DeadlineCounts, b: DeadlineCounts): DeadlineCounts {
  return { soft: a.soft + b.soft, overdue: a.overdue + b.overdue, abandoned: a.abandoned + b.abandoned };
}

/** `null` when nothing is new. */
function subtract(now: DeadlineCounts, before: DeadlineCounts): DeadlineCounts | null {
  const difference = {
    soft: Math.max(0, now.soft - before.soft),
    overdue: Math.max(0, now.overdue - before.overdue),
    abandoned: Math.max(0, now.abandoned - before.abandoned),
  };
  return difference.soft + difference.overdue + difference.abandoned > 0 ? difference : null;
}
