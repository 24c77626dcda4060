import {
  type AdaptedTimeouts,
  isFault,
  NameDurations,
  planTimeouts,
  type TimeoutBasis,
  type TimeoutPolicy,
  timeoutBasisKey,
  timeoutPolicyOf,
} from '@drover/core';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import type { SettingsCache } from '../settings-cache.js';
import { isActivity, TimeoutActivityLedger, timeoutActivityKey } from './timeout-activity.js';
import type { TimeoutState } from './timeout-state.js';

/** Every write makes each replica read the document: what is merely counted waits for its turn. */
const WRITE_ACTIVITY_EVERY_MS = 10_000;

/** What a leader knows of timeouts beyond what is stored. */
interface Term {
  readonly epoch: number;
  readonly durations: NameDurations;
  readonly activity: TimeoutActivityLedger;
  adapted: AdaptedTimeouts;
  activityWrittenAtMs: number;
}

/**
 * Publishes what workers cannot know: the configuration's timeouts, and adaptive deadlines,
 * which come from all workers together so that all have the same. And counts what timeouts did.
 */
export class TimeoutsDuty implements LeaderDuty {
  readonly name = 'timeouts';
  private term: Term | null = null;

  constructor(
    private readonly settings: SettingsCache,
    private readonly state: TimeoutState,
  ) {}

  async run(tick: LeaderTick): Promise<void> {
    const term = this.term?.epoch === tick.fence.epoch ? this.term : this.begin(tick);
    this.term = term;
    this.adapt(term, tick);
    await this.publishBasis(term);
    const policyOf = (queueName: string): TimeoutPolicy => this.policyOf(queueName);
    // The last words of workers that ended count as well.
    term.activity.absorb(tick.stored, policyOf, tick.nowMs);
    await this.publishActivity(term, tick.nowMs);
  }

  /** Goes on from what the last leader published: its deadlines hold until something says otherwise. */
  private begin({ fence, stored: reports, nowMs }: LeaderTick): Term {
    const { adapted } = this.state.basis;
    const published = this.settings.get(timeoutActivityKey)?.value;
    const since = (names: Readonly<Record<string, number>>) =>
      Object.fromEntries(Object.entries(names).map(([name, timeoutMs]) => [name, { timeoutMs, sinceMs: nowMs }]));
    return {
      epoch: fence.epoch,
      durations: new NameDurations(),
      activity: new TimeoutActivityLedger(isActivity(published) ? published : {}, reports),
      adapted: Object.fromEntries(Object.entries(adapted).map(([queueName, names]) => [queueName, since(names)])),
      activityWrittenAtMs: 0,
    };
  }

  private adapt(term: Term, { stored: reports, nowMs }: LeaderTick): void {
    const names = new Set([...reports.map(({ queueName }) => queueName), ...Object.keys(term.adapted)]);
    const policies = new Map(
      [...names].flatMap((queueName) => {
        const policy = this.policyOf(queueName);
        return policy.enabled && policy.adaptiveEnabled ? [[queueName, policy] as const] : [];
      }),
    );
    const queues = new Set(policies.keys());
    term.durations.keepOnly(queues);
    term.durations.absorb(
      reports.filter(({ queueName }) => queues.has(queueName)),
      nowMs,
    );
    const next = planTimeouts({
      policies,
      namesOf: (queueName) => term.durations.of(queueName),
      previous: term.adapted,
      nowMs,
    });
    for (const [queueName, deadlines] of Object.entries(next)) {
      for (const [name, { timeoutMs }] of Object.entries(deadlines)) {
        if (term.adapted[queueName]?.[name]?.timeoutMs !== timeoutMs) term.durations.startAnew(queueName, name);
      }
    }
    term.adapted = next;
  }

  /** The leader's own configuration counts, not the one of a leader before it. */
  private policyOf(queueName: string): TimeoutPolicy {
    return timeoutPolicyOf(queueName, { config: this.state.config, adapted: {} }, this.state.changes);
  }

  private async publishBasis({ adapted }: Term): Promise<void> {
    const numbers = Object.entries(adapted).map(([queueName, names]) => {
      return [queueName, Object.fromEntries(Object.entries(names).map(([name, { timeoutMs }]) => [name, timeoutMs]))];
    });
    const basis: TimeoutBasis = { config: this.state.config, adapted: Object.fromEntries(numbers) };
    const stored = this.settings.get(timeoutBasisKey);
    const isEmpty = numbers.length === 0 && !this.state.config.default && !Object.keys(this.state.config.queues).length;
    if (stored === undefined ? isEmpty : sameJson(stored.value, basis)) return;
    await this.put(timeoutBasisKey, basis);
  }

  private async publishActivity(term: Term, nowMs: number): Promise<void> {
    const { current } = term.activity;
    const waited = Math.abs(nowMs - term.activityWrittenAtMs) >= WRITE_ACTIVITY_EVERY_MS;
    const stored = this.settings.get(timeoutActivityKey)?.value;
    if (!waited || sameJson(stored ?? {}, current)) return;
    await this.put(timeoutActivityKey, current);
    term.activityWrittenAtMs = nowMs;
  }

  /** A leader that was deposed meanwhile writes over nobody: the new one has put its own version there. */
  private async put(key: string, value: unknown): Promise<void> {
    try {
      await this.settings.put(key, value, this.settings.get(key)?.version ?? 0);
    } catch (error) {
      if (!isFault(error, 'conflict')) throw error;
      await this.settings.refresh();
    }
  }
}

/** Engines do not keep the order of keys. */
function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
