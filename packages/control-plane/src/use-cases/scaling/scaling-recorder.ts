import { createHash } from 'node:crypto';
import type { LiveSnapshot } from '@drover/contract';
import { changeReason, type Fence, type RecordChange, type RecordStore, storeScalingQuestion } from '@drover/core';
import type { QueueWorkers } from '../../monitor/queue-figures.js';
import type { LiveTopics } from '../live-topics.js';
import type { PendingStep, StoredQueueScaling } from './queue-scaling.js';
import type { QueueDecision, ScalingPlan } from './scaler.js';
import { HISTORY, type StoredDecision } from './scaling-history.js';
import { scalingMetrics } from './scaling-metrics.js';
import { type StepOutcome, verifyStep } from './verify-step.js';

export interface ScalingRecorderOptions {
  readonly records: RecordStore;
  readonly topics: LiveTopics;
}

export interface RecordedLook {
  readonly plan: ScalingPlan;
  /** Of the tick before; `null` before the first. */
  readonly snapshot: LiveSnapshot | null;
  readonly workers: ReadonlyMap<string, QueueWorkers>;
  readonly fence: Fence;
}

/** What outlives leaders, one record a queue. */
const STATE = 'scaling.queue';
const STATE_PAGE = 500;
const KEEP_MS = 30 * 86_400_000;
const PRUNE_EVERY_MS = 3_600_000;
/** Each queue's state, its entry, and what became of the one before it: within one write. */
const QUEUES_PER_WRITE = 120;
/** The same refusal is told again after this long: while a figure sways at a limit it comes and goes. */
const REFUSAL_AGAIN_MS = 300_000;
/** Of a queue whose workers nobody of ours can start. */
const ADVICE = 'Advice only: Drover tells nobody, and whoever runs the workers acts on it.';
/** A queue's name may be longer than a record's id. */
const LONGEST_ID = 200;

interface Entry {
  readonly id: string;
  readonly value: StoredDecision;
  /** For the topic: only what changed the count is news. */
  readonly counted: boolean;
}

/**
 * Writes down each change of how many workers a queue shall have, before it is carried out,
 * and each refusal that is a new one: with the evidence, from which the decision can be made
 * again. What became of a change is added when it is known. What was told of a queue is
 * stored in the same write, so that each change is told once, by whichever leader.
 */
export class ScalingRecorder {
  readonly #options: ScalingRecorderOptions;
  #prunedAtMs = 0;
  #serial = 0;

  constructor(options: ScalingRecorderOptions) {
    this.#options = options;
  }

  /** What earlier leaders left, by queue. */
  async read(): Promise<ReadonlyMap<string, StoredQueueScaling>> {
    const found = new Map<string, StoredQueueScaling>();
    let before: { readonly atMs: number; readonly id: string } | undefined;
    for (;;) {
      const page = await this.#options.records.query(STATE, { limit: STATE_PAGE, ...(before && { before }) });
      for (const { subject, value } of page) found.set(subject, value as StoredQueueScaling);
      const last = page.at(-1);
      if (last === undefined || page.length < STATE_PAGE) return found;
      before = { atMs: last.atMs, id: last.id };
    }
  }

  /**
   * Call before the plan is carried out. Rejects when it cannot be written: then nothing of
   * it may be done, and what is remembered of the queues is not what is stored; `read` again.
   */
  async record({ plan, snapshot, workers, fence }: RecordedLook): Promise<void> {
    const told: { readonly decision: QueueDecision; readonly changes: RecordChange[]; readonly entry: Entry | null }[] =
      [];
    for (const decision of plan.decisions) {
      const { queueName } = decision;
      const outcome = this.#outcomeOf(decision, workers.get(queueName), plan.nowMs);
      const isAdvice = workers.get(queueName)?.platform?.kind === 'none';
      const entry = this.#entryOf(decision, plan.nowMs, fence, snapshot, isAdvice);
      if (outcome === null && entry === null) continue;
      const verified = await this.#verified(decision, outcome, entry, plan.nowMs);
      this.#remember(decision, entry, plan.nowMs);
      const changes = [...verified, ...(entry ? [entryChange(queueName, entry, plan.nowMs)] : [])];
      changes.push(stateChange(decision, plan.nowMs));
      told.push({ decision, changes, entry });
    }
    for (let from = 0; from < told.length; from += QUEUES_PER_WRITE) {
      const part = told.slice(from, from + QUEUES_PER_WRITE);
      await this.#options.records.write(
        part.flatMap(({ changes }) => changes),
        fence,
      );
      for (const { decision, entry } of part) if (entry?.counted) this.#publish(decision.queueName, entry.value);
    }
    await this.#prune(plan.nowMs);
  }

  #outcomeOf({ scaling }: QueueDecision, workers: QueueWorkers | undefined, nowMs: number): StepOutcome | null {
    if (scaling.pending === null) return null;
    const { ready = 0, starting = 0, draining = 0, platform = null } = workers ?? {};
    const now = { ready, starting, draining, trouble: platform?.trouble ?? null };
    return verifyStep(scaling.pending, now, scaling.startUpMs, nowMs);
  }

  /** What is to be told of an evaluation; `null` for one that leaves everything as it was told. */
  #entryOf(
    decision: QueueDecision,
    nowMs: number,
    fence: Fence,
    snapshot: LiveSnapshot | null,
    isAdvice: boolean,
  ): Entry | null {
    const { scaling, verdict, to, queueName, policy } = decision;
    const former = scaling.told?.workers ?? 0;
    const counted = to !== former;
    const key = counted ? null : refusalKey(decision);
    if (!counted && (key === null || isOld(scaling.refusal, key, nowMs))) {
      // Nothing to start from: a queue that begins with no worker.
      if (scaling.told === null) scaling.told = { workers: to, ...boundsOf(decision) };
      return null;
    }
    const isOurs = verdict.action !== 'maintain' && verdict.targetWorkers === to && verdict.currentWorkers === former;
    const told = isOurs || !counted ? verdict : { ...verdict, ...countAs(decision, former) };
    const { timestamp, ...metrics } = scalingMetrics(snapshot, queueName, decision.question.load);
    this.#serial += 1;
    const value: StoredDecision = {
      action: told.action,
      targetWorkers: told.targetWorkers,
      currentWorkers: told.currentWorkers,
      reason: isAdvice ? `${told.reason} ${ADVICE}` : told.reason,
      metrics: { ...metrics, timestamp: timestamp.toISOString() },
      evidence: verdict.evidence,
      question: storeScalingQuestion(decision.question, verdict.evidence),
      executed: counted,
      ...(policy.mode === 'dry_run' && !counted && { dryRun: true }),
    };
    return { id: `${fence.epoch}-${nowMs}-${this.#serial}`, value, counted };
  }

  /** The entry of the step before, with what became of it. */
  async #verified(
    { scaling, queueName }: QueueDecision,
    outcome: StepOutcome | null,
    next: Entry | null,
    nowMs: number,
  ): Promise<RecordChange[]> {
    const { pending } = scaling;
    if (pending === null || (outcome === null && !next?.counted)) return [];
    const became = outcome ?? {
      reached: false,
      afterMs: nowMs - pending.atMs,
      reason: `the load asked for ${next?.value.targetWorkers ?? 0} before`,
    };
    scaling.pending = null;
    const entry = await this.#options.records.get(HISTORY, pending.id);
    if (entry === null) return [];
    const value = { ...(entry.value as StoredDecision), outcome: became };
    return [{ kind: 'put', collection: HISTORY, id: pending.id, subject: queueName, atMs: entry.atMs, value }];
  }

  #remember(decision: QueueDecision, entry: Entry | null, nowMs: number): void {
    const { scaling, to } = decision;
    if (entry === null) return;
    if (entry.counted) {
      const step: PendingStep = { id: entry.id, atMs: nowMs, from: entry.value.currentWorkers, to };
      scaling.pending = step;
      scaling.refusal = null;
    } else {
      const key = refusalKey(decision);
      scaling.refusal = key === null ? null : { key, atMs: nowMs };
    }
    scaling.told = { workers: to, ...boundsOf(decision) };
  }

  #publish(queueName: string, { action, currentWorkers, targetWorkers, reason }: StoredDecision): void {
    this.#options.topics.publish('workers', {
      type: 'workers.counted',
      queueName,
      action,
      currentWorkers,
      targetWorkers,
      reason,
    });
  }

  async #prune(nowMs: number): Promise<void> {
    if (Math.abs(nowMs - this.#prunedAtMs) < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = nowMs;
    await this.#options.records.prune(HISTORY, nowMs - KEEP_MS);
  }
}

/** What held a decision back, or would be done in a dry run; `null` for one that had its way. */
function refusalKey({ verdict, policy, to }: QueueDecision): string | null {
  const { action, targetWorkers, evidence } = verdict;
  if (policy.mode === 'dry_run' && action !== 'maintain' && targetWorkers !== to) return `dry_run ${targetWorkers}`;
  // That the smallest fleet is the smallest is no news, however often a quiet queue asks.
  const guards = evidence.clampedBy.map(({ by }) => by).filter((by) => by !== 'min_workers');
  return guards.length === 0 || action !== 'maintain' ? null : guards.join(' ');
}

function isOld(told: QueueDecision['scaling']['refusal'], key: string, nowMs: number): boolean {
  return told !== null && told.key === key && nowMs - told.atMs < REFUSAL_AGAIN_MS;
}

const boundsOf = ({ policy }: QueueDecision) => ({ minWorkers: policy.minWorkers, maxWorkers: policy.maxWorkers });

/** A change that no rule asked for: of the bounds, of the hosts, or a step that its leader could not take. */
function countAs({ verdict, to }: QueueDecision, former: number) {
  return {
    action: to > former ? ('scale_up' as const) : ('scale_down' as const),
    currentWorkers: former,
    targetWorkers: to,
    reason: changeReason({ from: former, to, wanted: verdict.targetWorkers, reason: verdict.reason }),
  };
}

function entryChange(subject: string, { id, value }: Entry, atMs: number): RecordChange {
  return { kind: 'put', collection: HISTORY, id, subject, atMs, value };
}

function stateChange({ queueName, scaling }: QueueDecision, atMs: number): RecordChange {
  const id = queueName.length <= LONGEST_ID ? queueName : createHash('sha256').update(queueName).digest('hex');
  return { kind: 'put', collection: STATE, id, subject: queueName, atMs, value: scaling.stored() };
}
