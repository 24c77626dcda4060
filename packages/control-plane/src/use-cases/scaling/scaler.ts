import type { LiveSnapshot } from '@drover/contract';
import {
  assignedWorkers,
  decideScaling,
  type Engine,
  type FleetAssignment,
  fitFleet,
  type HostPresence,
  type MetricPoint,
  planAssignment,
  type QueueInterval,
  type RunnableQueue,
  type ScalingPolicy,
  type ScalingQuestion,
  type ScalingVerdict,
  type WorkerReport,
} from '@drover/core';
import type { QueueWorkers } from '../../monitor/queue-figures.js';
import type { QueueRecord } from '../../monitor/queue-record.js';
import { roomOf } from './fleet-room.js';
import { loadOf } from './queue-load.js';
import { boundsNow, runnableQueues } from './queue-policy.js';
import { QueueScaling, type StoredQueueScaling } from './queue-scaling.js';
import type { ScalingHolds } from './scaling-holds.js';
import type { ScalingPolicies } from './scaling-policies.js';

export interface ScalerOptions {
  readonly engine: Pick<Engine, 'queues' | 'metrics'>;
  readonly policies: Pick<ScalingPolicies, 'for'>;
  readonly holds: Pick<ScalingHolds, 'for'>;
  readonly tickMs: number;
}

/** What a look at the fleet showed. */
export interface ScalingLook {
  readonly nowMs: number;
  readonly records: readonly QueueRecord[];
  /** What workers did since the last look; empty for a look between two ticks. */
  readonly intervals: ReadonlyMap<string, QueueInterval>;
  readonly workers: ReadonlyMap<string, QueueWorkers>;
  readonly reports: readonly WorkerReport[];
  readonly hosts: readonly HostPresence[];
  readonly lingering: ReadonlySet<string>;
  readonly previous: FleetAssignment;
}

/** One queue's evaluation, and what became of it. */
export interface QueueDecision {
  readonly queueName: string;
  readonly scaling: QueueScaling;
  readonly policy: ScalingPolicy;
  readonly question: ScalingQuestion;
  /** Its target is what the hosts have place for. */
  readonly verdict: ScalingVerdict;
  /** The count that the queue has now, and gets. */
  readonly from: number;
  readonly to: number;
}

export interface ScalingPlan {
  readonly nowMs: number;
  readonly assignment: FleetAssignment;
  readonly decisions: readonly QueueDecision[];
}

/** Figures of the past from which a new leader's scaler goes on: all that decisions look at, for so many queues. */
const REFILL_MS = 7_200_000;
const REFILL_QUEUES = 200;
const SHORT_REFILL_MS = 600_000;
const FINEST_MS = 10_000;
/** A leader that was away for longer left a gap, not a look. */
const SUCCESSION_MS = 60_000;
/** Further ahead no delayed job is asked for: a fleet that starts so slowly is asked for late jobs, too. */
const LONGEST_AHEAD_MS = 120_000;

/** Decides how many workers each queue that hosts can run shall have, and on which of them. */
export class Scaler {
  readonly #options: ScalerOptions;
  readonly #queues = new Map<string, QueueScaling>();
  #stored: ReadonlyMap<string, StoredQueueScaling> = new Map();
  #lastSeen: { readonly atMs: number; readonly waiting: ReadonlyMap<string, number> } | null = null;

  constructor(options: ScalerOptions) {
    this.#options = options;
  }

  /** Goes on from where the last leader stopped, and from what it published last. */
  restore(stored: ReadonlyMap<string, StoredQueueScaling>, last: LiveSnapshot | null): void {
    this.#queues.clear();
    this.#stored = stored;
    this.#lastSeen = last && { atMs: last.timestamp.getTime(), waiting: waitingIn(last) };
  }

  /** Looks at all queues, or at those of `only` between two ticks, and plans the fleet. Nothing is written. */
  async plan(look: ScalingLook, only?: ReadonlySet<string>): Promise<ScalingPlan> {
    const { nowMs, hosts, previous } = look;
    const runs = runnableQueues(hosts);
    await this.#meet([...runs.keys()], nowMs);
    const looked = look.records.filter(({ queueName }) => runs.has(queueName) && (only?.has(queueName) ?? true));
    this.#takeIn(looked, look);
    const due = await this.#countDue(looked, look);
    const wishes = looked.flatMap((record) => {
      const told = runs.get(record.queueName);
      return told ? [this.#decide(record, told, due.get(record.queueName) ?? 0, look)] : [];
    });
    const fitted = this.#fit(wishes, runs, look);
    const decided = new Map(fitted.decisions.map((each) => [each.queueName, each]));
    const wanted = Object.fromEntries(
      [...runs.keys()].map((queueName) => {
        return [queueName, decided.get(queueName)?.to ?? assignedWorkers(previous, queueName)] as const;
      }),
    );
    const assignment = planAssignment(hosts, look.lingering, previous, wanted, fitted.fitsOn);
    const decisions = fitted.decisions.map((each) => placed(each, assignedWorkers(assignment, each.queueName)));
    return { nowMs, assignment, decisions };
  }

  /** After the plan was carried out: the next decisions know of it. */
  settle({ decisions, nowMs }: ScalingPlan): void {
    for (const { scaling, verdict, policy } of decisions) {
      const { currentWorkers } = verdict;
      const idle = { ...verdict, action: 'maintain', targetWorkers: currentWorkers } as const;
      scaling.decided(policy.mode === 'dry_run' ? idle : verdict, nowMs);
      scaling.verdict = verdict;
    }
  }

  get verdicts(): ReadonlyMap<string, ScalingVerdict> {
    return new Map([...this.#queues].flatMap(([queueName, { verdict }]) => (verdict ? [[queueName, verdict]] : [])));
  }

  /**
   * Queues of which the leader wants to hear between two ticks, and from how many ready jobs
   * on: those that nobody works on, and those whose jobs may wait so short that a tick counts.
   */
  demands({ assignment, decisions }: ScalingPlan): ReadonlyMap<string, number> {
    const demands = new Map<string, number>();
    for (const { queueName, policy, question, verdict } of decisions) {
      const workers = assignedWorkers(assignment, queueName);
      const { load } = question;
      if ((policy.mode ?? 'auto') !== 'auto' || load.paused || load.hold || workers >= policy.maxWorkers) continue;
      if (workers === 0) demands.set(queueName, 1);
      else if (verdict.evidence.objectiveMs < (load.startUpMs ?? 0) + 3 * this.#options.tickMs) {
        const { serviceMs, objectiveMs } = verdict.evidence;
        const slots = workers * load.slotsPerWorker;
        const inTime = serviceMs === null ? 0 : (slots * 0.7 * objectiveMs) / serviceMs;
        demands.set(queueName, Math.max(2 * slots, Math.ceil(inTime), 2 * load.depth));
      }
    }
    return demands;
  }

  async #meet(queueNames: readonly string[], nowMs: number): Promise<void> {
    const fresh = queueNames.filter((queueName) => !this.#queues.has(queueName));
    for (const queueName of this.#queues.keys()) if (!queueNames.includes(queueName)) this.#queues.delete(queueName);
    if (fresh.length === 0) return;
    const sinceMs = nowMs - (fresh.length > REFILL_QUEUES ? SHORT_REFILL_MS : REFILL_MS);
    const past = await this.#options.engine.metrics.rangeMany(fresh, FINEST_MS, sinceMs, nowMs);
    for (const queueName of fresh)
      this.#queues.set(queueName, this.#revive(queueName, past.get(queueName) ?? [], nowMs));
  }

  #revive(queueName: string, points: readonly MetricPoint[], nowMs: number): QueueScaling {
    const scaling = new QueueScaling();
    const stored = this.#stored.get(queueName);
    scaling.refill(points, FINEST_MS);
    if (stored) scaling.restore(stored);
    const waiting = this.#lastSeen?.waiting.get(queueName);
    const goneMs = nowMs - (this.#lastSeen?.atMs ?? nowMs);
    // Without it a rush that began since the last slot of history is not known until the second look.
    if (waiting !== undefined && goneMs > 0 && goneMs <= SUCCESSION_MS) scaling.goOnFrom(waiting, nowMs - goneMs);
    return scaling;
  }

  #of(queueName: string): QueueScaling {
    const scaling = this.#queues.get(queueName) ?? new QueueScaling();
    this.#queues.set(queueName, scaling);
    return scaling;
  }

  #takeIn(looked: readonly QueueRecord[], { intervals, workers, hosts, nowMs }: ScalingLook): void {
    const statuses = new Map<string, [string, HostPresence['queues'][number]][]>();
    for (const { instanceId, queues } of hosts) {
      for (const status of queues) {
        const known = statuses.get(status.queueName) ?? [];
        known.push([instanceId, status]);
        statuses.set(status.queueName, known);
      }
    }
    for (const { queueName, state } of looked) {
      const scaling = this.#of(queueName);
      const reports = workers.get(queueName)?.reports ?? [];
      const ready = reports.filter((report) => report.state === 'ready');
      const slots = ready.reduce((sum, { concurrency }) => sum + concurrency, 0);
      scaling.look(state, intervals.get(queueName), slots, nowMs);
      scaling.observe(statuses.get(queueName) ?? [], reports);
    }
  }

  /** Only where few workers would see a delayed job too late: the others let it come due themselves. */
  async #countDue(
    looked: readonly QueueRecord[],
    { previous, nowMs }: ScalingLook,
  ): Promise<ReadonlyMap<string, number>> {
    const byHorizon = new Map<number, string[]>();
    for (const { queueName, state } of looked) {
      if (state === null || state.delayed === 0 || assignedWorkers(previous, queueName) > 1) continue;
      const aheadMs = (this.#of(queueName).startUpMs ?? 5_000) + this.#options.tickMs;
      const horizonMs = Math.min(LONGEST_AHEAD_MS, Math.ceil(aheadMs / 1_000) * 1_000);
      byHorizon.set(horizonMs, [...(byHorizon.get(horizonMs) ?? []), queueName]);
    }
    const counts = await Promise.all(
      [...byHorizon].map(([horizonMs, names]) => this.#options.engine.queues.countDue(names, nowMs + horizonMs)),
    );
    return new Map(counts.flatMap((each) => [...each]));
  }

  #decide(record: QueueRecord, runs: RunnableQueue, dueSoon: number, look: ScalingLook): QueueDecision {
    const { queueName } = record;
    const scaling = this.#of(queueName);
    const from = assignedWorkers(look.previous, queueName);
    const policy = this.#options.policies.for(queueName, runs);
    const hold = this.#options.holds.for(queueName);
    // Somebody's order is carried out also where decisions are not.
    const allowed = hold ? policy : boundsNow(policy, from);
    const load = loadOf({
      record,
      workers: look.workers.get(queueName),
      scaling,
      runs,
      currentWorkers: from,
      dueSoon,
      hold,
      nowMs: look.nowMs,
    });
    // What a dry run would do is told as if it were done; what is done is another matter.
    const { minWorkers, maxWorkers } = policy.mode === 'off' ? allowed : policy;
    const question = { policy: { ...policy, minWorkers, maxWorkers }, load, history: scaling.memory.history };
    const verdict = decideScaling(question);
    const to = Math.max(allowed.minWorkers, Math.min(allowed.maxWorkers, verdict.targetWorkers));
    return { queueName, scaling, policy, question, verdict, from, to };
  }

  /** Cuts growth to the memory there is, and decides what was cut again, knowing of it. */
  #fit(wishes: readonly QueueDecision[], runs: ReadonlyMap<string, RunnableQueue>, look: ScalingLook) {
    const workerMB = (queueName: string) =>
      this.#of(queueName).workerMB(runs.get(queueName)?.workerMB ?? Number.POSITIVE_INFINITY);
    const known = new Map(wishes.map((each) => [each.queueName, each]));
    const smallest = new Map(
      [...runs].map(([queueName, told]) => {
        return [queueName, (known.get(queueName)?.policy ?? this.#options.policies.for(queueName, told)).minWorkers];
      }),
    );
    const room = roomOf(look.hosts, look.reports, look.previous, workerMB, smallest);
    // Queues that are not looked at now keep what they have.
    let othersMB = 0;
    for (const queueName of runs.keys()) {
      if (!known.has(queueName)) othersMB += assignedWorkers(look.previous, queueName) * workerMB(queueName);
    }
    // What takes nothing of our hosts, since a platform runs it, has no part in their memory.
    const here = wishes.filter(({ queueName }) => runs.get(queueName)?.workerMB !== 0);
    const members = here.map(({ queueName, verdict, policy, from, to }) => ({
      queueName,
      verdict: { ...verdict, currentWorkers: from, targetWorkers: to },
      // The first worker of a queue that has something to do comes before anybody's second.
      minWorkers: Math.max(policy.minWorkers, Math.min(1, to)),
      workerMB: workerMB(queueName),
      priority: runs.get(queueName)?.priority ?? 0,
    }));
    const fits = fitFleet(members, room.budgetMB - othersMB);
    const decisions = wishes.map((each) => cutTo(each, fits.get(each.queueName)));
    return { decisions, fitsOn: room.fitsOn };
  }
}

/** Of the queues whose waiting jobs were known. */
function waitingIn({ queues }: LiveSnapshot): ReadonlyMap<string, number> {
  const known = queues.filter(({ metrics }) => !metrics.unknown?.includes('waiting'));
  return new Map(known.map(({ queueName, metrics }) => [queueName, metrics.waiting]));
}

/** The same decision where memory allows no more than was granted. */
function cutTo(decision: QueueDecision, granted: ScalingVerdict | undefined): QueueDecision {
  if (granted === undefined || granted.targetWorkers === decision.to) return decision;
  const { targetWorkers } = granted;
  // A fleet that outgrew its memory gives workers up, whatever its load: no question has that answer.
  if (targetWorkers < decision.from) return { ...decision, verdict: granted, to: targetWorkers };
  return placed(decision, targetWorkers);
}

/** The same decision where hosts have place for no more than so many workers. */
function placed(decision: QueueDecision, workers: number): QueueDecision {
  const { question, from, to, policy } = decision;
  if (workers >= to || workers < from || policy.mode === 'dry_run') return { ...decision, to: workers };
  const cut = { ...question, load: { ...question.load, room: workers - from } };
  return { ...decision, question: cut, verdict: decideScaling(cut), to: workers };
}
