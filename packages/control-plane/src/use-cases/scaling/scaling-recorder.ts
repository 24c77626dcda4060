import {
  changeReason,
  desiredWorkers,
  type FleetAssignment,
  isFault,
  type RecordChange,
  type RecordStore,
} from '@drover/core';
import type { LeaderDuty, LeaderTick } from '../../monitor/leader-duty.js';
import type { LiveTopics } from '../live-topics.js';
import { HISTORY, type StoredDecision } from './scaling-history.js';
import { scalingMetrics } from './scaling-metrics.js';
import type { ScalingPolicies } from './scaling-policies.js';

export interface ScalingRecorderOptions {
  readonly records: RecordStore;
  readonly policies: Pick<ScalingPolicies, 'for' | 'boundsFor'>;
  readonly topics: LiveTopics;
}

const STATE = 'scaling.state';
const STATE_ID = 'counts';
const KEEP_MS = 30 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
/** With the counts themselves within one write. */
const CHANGES_PER_WRITE = 400;

interface Counted {
  readonly workers: number;
  readonly minWorkers: number;
  readonly maxWorkers: number;
}

interface Counts {
  readonly version: number;
  readonly queues: Readonly<Record<string, Counted>>;
}

/**
 * Writes down each change of how many workers a queue shall have, with its reason. The counts
 * last told are stored in the same write, so a change is told once, by whichever leader.
 */
export class ScalingRecorder implements LeaderDuty {
  readonly name = 'scaling history';
  readonly #options: ScalingRecorderOptions;
  #held: { readonly epoch: number; readonly counts: Counts } | null = null;
  #prunedAtMs = 0;

  constructor(options: ScalingRecorderOptions) {
    this.#options = options;
  }

  async run(tick: LeaderTick): Promise<void> {
    const { fence } = tick;
    if (this.#held?.epoch !== fence.epoch) this.#held = { epoch: fence.epoch, counts: await this.#read() };
    const now = this.#countsNow(tick);
    let told = this.#held.counts;
    const changed = [...new Set([...Object.keys(told.queues), ...Object.keys(now)])].filter(
      (queueName) => !same(told.queues[queueName], now[queueName]),
    );
    for (let from = 0; from < changed.length; from += CHANGES_PER_WRITE) {
      told = await this.#tell(told, now, changed.slice(from, from + CHANGES_PER_WRITE), tick, from);
      this.#held = { epoch: fence.epoch, counts: told };
    }
    await this.#prune(tick.nowMs);
  }

  #countsNow({ assignment }: LeaderTick): Record<string, Counted> {
    const queues = Object.entries(assignment).map(([queueName, hosts]) => {
      const { minWorkers, maxWorkers } = this.#options.policies.for(queueName);
      return [queueName, { workers: total(hosts), minWorkers, maxWorkers }] as const;
    });
    return Object.fromEntries(queues);
  }

  async #tell(
    told: Counts,
    now: Record<string, Counted>,
    queueNames: readonly string[],
    tick: LeaderTick,
    first: number,
  ): Promise<Counts> {
    const wanted = desiredWorkers(tick.hosts, this.#options.policies.boundsFor);
    const queues: Record<string, Counted> = { ...told.queues };
    const decisions: { readonly queueName: string; readonly decision: StoredDecision }[] = [];
    for (const queueName of queueNames) {
      const [former, next] = [told.queues[queueName] ?? null, now[queueName]];
      if (next) queues[queueName] = next;
      else delete queues[queueName];
      const [from, to] = [former?.workers ?? 0, next?.workers ?? 0];
      if (from === to) continue;
      const policy = next ?? this.#options.policies.for(queueName);
      const reason = changeReason({ from, to, wanted: wanted[queueName] ?? to, policy, former });
      decisions.push({ queueName, decision: decisionOf(tick, queueName, from, to, reason) });
    }
    const { nowMs, fence } = tick;
    const changes = decisions.map(
      ({ queueName, decision }, index): RecordChange => ({
        kind: 'put',
        collection: HISTORY,
        id: `${fence.epoch}-${tick.snapshot.seq}-${first + index}`,
        subject: queueName,
        atMs: nowMs,
        value: decision,
      }),
    );
    const counts = { kind: 'put', collection: STATE, id: STATE_ID, subject: '', atMs: nowMs } as const;
    try {
      await this.#options.records.write(
        [...changes, { ...counts, value: { queues }, expectedVersion: told.version }],
        fence,
      );
    } catch (error) {
      // An answer was lost, and the write was not: read what stands there at the next tick.
      if (isFault(error, 'conflict') || isFault(error, 'engine_timeout')) this.#held = null;
      throw error;
    }
    for (const { queueName, decision } of decisions) {
      const { action, currentWorkers, targetWorkers, reason } = decision;
      this.#options.topics.publish('workers', {
        type: 'workers.counted',
        queueName,
        action,
        currentWorkers,
        targetWorkers,
        reason,
      });
    }
    return { version: told.version + 1, queues };
  }

  async #read(): Promise<Counts> {
    const record = await this.#options.records.get(STATE, STATE_ID);
    return {
      version: record?.version ?? 0,
      queues: (record?.value as Omit<Counts, 'version'> | undefined)?.queues ?? {},
    };
  }

  async #prune(nowMs: number): Promise<void> {
    if (Math.abs(nowMs - this.#prunedAtMs) < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = nowMs;
    await this.#options.records.prune(HISTORY, nowMs - KEEP_MS);
  }
}

function decisionOf(
  { snapshot }: LeaderTick,
  queueName: string,
  from: number,
  to: number,
  reason: string,
): StoredDecision {
  const { timestamp, ...metrics } = scalingMetrics(snapshot, queueName);
  return {
    action: to > from ? 'scale_up' : 'scale_down',
    targetWorkers: to,
    currentWorkers: from,
    reason,
    metrics: { ...metrics, timestamp: timestamp.toISOString() },
  };
}

const total = (hosts: FleetAssignment[string]): number => Object.values(hosts).reduce((sum, count) => sum + count, 0);

function same(a: Counted | undefined, b: Counted | undefined): boolean {
  return a?.workers === b?.workers && a?.minWorkers === b?.minWorkers && a?.maxWorkers === b?.maxWorkers;
}
