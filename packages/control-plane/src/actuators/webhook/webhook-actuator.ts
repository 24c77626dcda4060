import type { Actuator, ActuatorTrouble, FleetObservation, ScaleOrder, ScaleOutcome } from '@drover/core';
import { DeliveryFailed } from '../../notifiers/notifier.js';
import { postJson } from '../../notifiers/post-json.js';
import { signedHeaders } from '../../notifiers/signed-headers.js';
import { OrderBook } from '../order-book.js';
import { nothingKnown, outcomeOf, superseded, trouble } from '../outcomes.js';

export interface WebhookActuatorOptions {
  readonly url: string;
  readonly secret: string;
  /** That are scaled by it. */
  readonly queues: ReadonlySet<string>;
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Of one post; 10 s unless told. */
  readonly deadlineMs?: number;
}

/** What a receiver said is believed for so long; then the order is told again, under the same key. */
const BELIEVE_MS = 60_000;
/** Sooner while it says that workers are on their way. */
const BELIEVE_PARTLY_MS = 10_000;

interface Told {
  readonly untilMs: number;
  readonly observation: FleetObservation;
}

/**
 * Posts the wanted count, signed as alerts are, to whoever can change it: a function that
 * talks to ECS, Nomad, Fly or Heroku. A 2xx is "will do"; its JSON may say `currentWorkers` and
 * `readyWorkers`. The count is absolute and the key that of the decision, so a repeated post
 * does no more than one.
 */
export function createWebhookActuator(options: WebhookActuatorOptions): Actuator {
  const { url, secret, queues, nowMs, monotonicMs, deadlineMs } = options;
  const orders = new OrderBook();
  const told = new Map<string, Told>();

  const post = async (queueName: string, order: ScaleOrder): Promise<ScaleOutcome> => {
    const { workers, currentWorkers, decisionId, epoch, reason } = order;
    const body = JSON.stringify({
      version: 1,
      queue: queueName,
      targetWorkers: workers,
      currentWorkers,
      reason,
      decisionId,
      epoch,
    });
    try {
      const reply = await postJson(url, body, signedHeaders(secret, decisionId, body, nowMs()), deadlineMs);
      if (orders.isCurrent(queueName, order)) {
        const observation = observationIn(reply, workers);
        const isPartly = observation.ready !== null && observation.ready !== workers;
        const untilMs = monotonicMs() + (isPartly ? BELIEVE_PARTLY_MS : BELIEVE_MS);
        told.set(queueName, { untilMs, observation });
      }
      return { kind: 'applied', workers };
    } catch (error) {
      if (!(error instanceof DeliveryFailed)) throw error;
      return outcomeOf(troubleOf(error), error.retryAfterMs);
    }
  };

  return {
    kind: 'webhook',

    async observe(queueName) {
      const last = told.get(queueName);
      return last && monotonicMs() < last.untilMs ? last.observation : nothingKnown;
    },

    async scale(queueName, order) {
      if (!queues.has(queueName)) {
        return outcomeOf(trouble('not_found', `The configuration names no webhook for the queue ${queueName}.`));
      }
      return orders.admit(queueName, order) ? post(queueName, order) : superseded;
    },
  };
}

/**
 * A 2xx is a promise of the count. Only sound numbers count beside it: a receiver that answers
 * "ok" or nonsense says nothing of its workers.
 */
function observationIn(reply: string, workers: number): FleetObservation {
  let fields: { currentWorkers?: unknown; readyWorkers?: unknown } = {};
  try {
    fields = Object(JSON.parse(reply));
  } catch {
    // Not every receiver answers in JSON.
  }
  return { ...nothingKnown, desired: workers, ready: count(fields.readyWorkers) ?? count(fields.currentWorkers) };
}

function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100_000 ? value : null;
}

function troubleOf({ status, message }: DeliveryFailed): ActuatorTrouble {
  const told = `The scaling webhook: ${message}`;
  if (status === null || status >= 500 || status === 408) return trouble('unavailable', told);
  if (status === 429 || status === 425) return trouble('busy', told);
  if (status === 401 || status === 403) return trouble('forbidden', told);
  return trouble(status === 404 ? 'not_found' : 'rejected', told);
}
