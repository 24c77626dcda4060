/** Who runs a queue's workers; `local` are our own hosts, which need no actuator. */
export const actuatorKinds = ['local', 'kubernetes', 'webhook', 'keda', 'none'] as const;
export type ActuatorKind = (typeof actuatorKinds)[number];

/**
 * Why a platform does not give what was asked. A closed list, alike on every platform:
 *
 * - `owned`: another scaler (an HPA, KEDA) sets this fleet's size; ours would fight it.
 * - `forbidden`: the platform knows us and does not let us, or does not know us.
 * - `not_found`: there is nothing of that name to scale.
 * - `rejected`: the platform calls the request itself wrong.
 * - `fenced`: a later leader has given an order for this queue.
 * - `busy`: it asks to be left alone for a while.
 * - `unavailable`: no answer, a late one, or one that nobody can read; the effect is unknown.
 */
export const actuatorTroubleCodes = [
  'owned',
  'forbidden',
  'not_found',
  'rejected',
  'fenced',
  'busy',
  'unavailable',
] as const;

export interface ActuatorTrouble {
  readonly code: (typeof actuatorTroubleCodes)[number];
  /** What happened, to which thing, and what to do now; without address or secret. */
  readonly message: string;
}

/** How a queue's fleet stands where its workers run; `null` is what the platform does not tell. */
export interface FleetObservation {
  /** Workers that the platform was told to run, by whomever. */
  readonly desired: number | null;
  /** Of those, how many are up. */
  readonly ready: number | null;
  /** From a worker's start to its readiness, the newest known. */
  readonly startUpMs: number | null;
  /** Set when the answer is not to be relied on, or an order would not be carried out. */
  readonly trouble: ActuatorTrouble | null;
}

/** One decision to be carried out. Sent again it is the same order: the effect is that of one. */
export interface ScaleOrder {
  /** The whole fleet's size, not a change of it: repeated or late, it does no more than once. */
  readonly workers: number;
  /** As last observed; for platforms that like to know. */
  readonly currentWorkers: number | null;
  /** Idempotency key: the same at every attempt of one decision. */
  readonly decisionId: string;
  /** The leader's. An order of an earlier epoch than one already seen is refused as `fenced`. */
  readonly epoch: number;
  /** The decision's sentence. */
  readonly reason: string;
}

export type ScaleOutcome =
  /** The platform holds that count now, or held it already. Workers that are ready come later: observe. */
  | { readonly kind: 'applied'; readonly workers: number }
  /** Nobody was told: whoever reads the decision acts on it. The message says who that may be. */
  | { readonly kind: 'advised'; readonly message: string }
  /** Repeating will not help until somebody changes something. */
  | { readonly kind: 'refused'; readonly trouble: ActuatorTrouble }
  /** The same order is worth repeating then. Its effect may be there already. */
  | { readonly kind: 'unavailable'; readonly trouble: ActuatorTrouble; readonly retryAfterMs: number };

/**
 * Carries out how many workers a queue shall have, on a platform outside of Drover's own hosts.
 * (Queues that run on our hosts need none: the leader's assignment is their order.)
 *
 * How the leader uses it, once a tick for each such queue (`ActuatorDuty` in
 * control-plane/src/actuators does): `observe`, and let the decision's `currentWorkers` be
 * `desired` and its `readyWorkers` be `ready`, with the workers' own reports where these are
 * null; decide; store the decision; `scale` when the target differs from `desired`; store the
 * outcome. The next tick's observation verifies it.
 *
 * Neither call rejects nor takes longer than its adapter's deadline, so that a platform that
 * hangs is a value to show and not a tick that fails.
 */
export interface Actuator {
  /** Shown beside outcomes: `kubernetes`, `webhook` … */
  readonly kind: string;
  observe(queueName: string): Promise<FleetObservation>;
  scale(queueName: string, order: ScaleOrder): Promise<ScaleOutcome>;
}
