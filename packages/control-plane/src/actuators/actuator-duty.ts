import {
  type Actuator,
  type Clock,
  type Fence,
  type FleetAssignment,
  type FleetObservation,
  isFault,
  type ScaleOrder,
  type ScaleOutcome,
} from '@drover/core';
import type { Logger } from 'pino';
import type { LeaderDuty, LeaderTick } from '../monitor/leader-duty.js';
import { retryDelayMs } from '../notifiers/retry-delay.js';
import { nothingKnown } from './outcomes.js';
import { StartUpWatch } from './start-up-watch.js';

type Wish = Pick<ScaleOrder, 'workers' | 'decisionId'>;

/** Under which an actuator's queues are assigned their workers, as those of a host are under its instance. */
export const platformId = (kind: string): string => `platform:${kind}`;

/** How a queue outside of our hosts stands, as last seen by this process. */
export interface FleetStanding {
  readonly observation: FleetObservation;
  /** What the last answered order left the platform with; for platforms that tell nothing. */
  readonly ordered: number | null;
  readonly outcome: ScaleOutcome | null;
}

export interface ActuatorDutyOptions {
  /** By queue; queues of our own hosts are not among them. */
  readonly actuators: ReadonlyMap<string, Actuator>;
  /** Why the queue's count is what it is. */
  readonly reasonFor: (queueName: string) => string;
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1. */
  readonly random?: () => number;
}

interface Attended {
  standing: FleetStanding;
  looked: boolean;
  readonly startUp: StartUpWatch;
  epoch: number;
  wish: Wish | null;
  told: string;
  failures: number;
  nextTryAtMs: number;
}

/** What is under way when we stop is finished by the next leader: the order is stored. */
const STOP_PATIENCE_MS = 10_000;

/**
 * Has each queue outside of our hosts looked at and brought to its decided size, one step per
 * tick and queue. No tick waits for a platform: what is seen now is decided on in the next. An
 * order that failed is given again, later each time; the decision that holds by then is the one
 * that is carried out.
 */
export class ActuatorDuty implements LeaderDuty {
  readonly name = 'scale workers outside of our hosts';
  readonly #options: ActuatorDutyOptions;
  readonly #attended = new Map<string, Attended>();
  readonly #busy = new Map<string, Promise<void>>();
  #stopped = false;
  #serial = 0;

  constructor(options: ActuatorDutyOptions) {
    this.#options = options;
  }

  async run({ fence, assignment }: Pick<LeaderTick, 'fence' | 'assignment'>): Promise<void> {
    this.follow(assignment, fence);
  }

  /** Carries an assignment out in so far as it is a platform's. Returns at once. */
  follow(assignment: FleetAssignment, { epoch }: Pick<Fence, 'epoch'>): void {
    for (const [queueName, actuator] of this.#options.actuators) {
      if (this.#stopped) return;
      const workers = assignment[queueName]?.[platformId(actuator.kind)];
      const attended = this.#attendedAs(queueName, epoch);
      if (workers !== undefined && workers !== attended.wish?.workers) {
        this.#serial += 1;
        attended.wish = { workers, decisionId: `${epoch}-${this.#serial}-${this.#options.clock.nowMs()}` };
      }
      if (this.#busy.has(queueName)) continue;
      const step = this.#attend(queueName, actuator, attended).finally(() => this.#busy.delete(queueName));
      this.#busy.set(queueName, step);
    }
  }

  /** `null` for a queue of our own hosts, and before the first look. */
  standing(queueName: string): FleetStanding | null {
    const attended = this.#attended.get(queueName);
    return attended?.looked ? attended.standing : null;
  }

  /** Waits until no platform is being talked to: for an orderly end, and for tests. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy.values());
  }

  /** Begins nothing more and waits a while for what is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_PATIENCE_MS);
    });
    await Promise.race([this.idle(), patience]);
    clearTimeout(timer);
  }

  /** Never rejects: it runs on while ticks go on. */
  async #attend(queueName: string, actuator: Actuator, attended: Attended): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const observation = await actuator.observe(queueName);
      const nowMs = clock.monotonicMs();
      attended.startUp.seen(observation.ready, nowMs);
      const startUpMs = observation.startUpMs ?? attended.startUp.medianMs();
      attended.standing = { ...attended.standing, observation: { ...observation, startUpMs } };
      attended.looked = true;
      // The newest, which may have come while the platform was waited for.
      const { wish } = attended;
      if (wish === null || isDone(wish, attended) || nowMs < attended.nextTryAtMs) return;
      await this.#order(queueName, actuator, attended, wish);
    } catch (error) {
      if (isFault(error)) log.warn({ err: error, queueName }, 'cannot attend a queue outside of our hosts');
      else log.error({ err: error, queueName }, 'an actuator broke its promise');
    }
  }

  /** A new leader begins anew: what was tried under the last says nothing of what it ordered since. */
  #attendedAs(queueName: string, epoch: number): Attended {
    const held = this.#attended.get(queueName);
    if (held?.epoch === epoch) return held;
    const fresh: Attended = {
      standing: { observation: nothingKnown, ordered: null, outcome: null },
      looked: false,
      startUp: held?.startUp ?? new StartUpWatch(),
      epoch,
      wish: null,
      told: '',
      failures: 0,
      nextTryAtMs: Number.NEGATIVE_INFINITY,
    };
    this.#attended.set(queueName, fresh);
    return fresh;
  }

  async #order(queueName: string, actuator: Actuator, attended: Attended, wish: Wish): Promise<void> {
    const { clock, reasonFor, random = Math.random } = this.#options;
    const { observation, ordered } = attended.standing;
    const currentWorkers = observation.desired ?? ordered;
    const reason = reasonFor(queueName);
    const outcome = await actuator.scale(queueName, { ...wish, reason, currentWorkers, epoch: attended.epoch });
    const nowMs = clock.monotonicMs();
    if (outcome.kind === 'applied') {
      attended.startUp.ordered(outcome.workers, observation.ready, nowMs);
      // The next look may come a tick later; until then this is what is known.
      const desired = observation.desired === null ? null : outcome.workers;
      attended.standing = { observation: { ...observation, desired }, ordered: outcome.workers, outcome };
    } else {
      attended.standing = { ...attended.standing, outcome };
    }
    const failed = outcome.kind === 'refused' || outcome.kind === 'unavailable';
    attended.failures = failed ? attended.failures + 1 : 0;
    const askedMs = outcome.kind === 'unavailable' ? outcome.retryAfterMs : null;
    attended.nextTryAtMs = failed ? nowMs + retryDelayMs(attended.failures, random(), askedMs) : nowMs;
    this.#tell(queueName, attended, wish, outcome);
  }

  /** Once for each decision and what became of it: an outage is no news every five seconds. */
  #tell(queueName: string, attended: Attended, { workers, decisionId }: Wish, outcome: ScaleOutcome): void {
    const told = `${decisionId} ${outcome.kind} ${'trouble' in outcome ? outcome.trouble.code : ''}`;
    if (told === attended.told) return;
    attended.told = told;
    if ('trouble' in outcome) {
      const { code, message } = outcome.trouble;
      this.#options.log.warn({ queueName, workers, code }, message);
    } else {
      this.#options.log.info({ queueName, workers, outcome: outcome.kind }, 'scaled workers outside of our hosts');
    }
  }
}

function isDone(wish: Wish, { standing: { observation, outcome }, told }: Attended): boolean {
  if (outcome?.kind === 'advised') return told.startsWith(`${wish.decisionId} `);
  // Null is an order that the platform may have forgotten: it is told again.
  return outcome?.kind === 'applied' && observation.desired === wish.workers;
}
