import {
  alertKinds,
  type FiringAlert,
  type NotifierProgress,
  type RecordChange,
  type RecordStore,
  type ResolvedAlert,
  type StoredRecord,
} from '@drover/core';

/** Where alerts live on the engine. One that resolves moves from the first to the second in one write. */
export const FIRING = 'alerts.active';
export const RESOLVED = 'alerts.history';
export const NOTIFIERS = 'alerts.notifiers';

const PAGE = 500;
/** What resolved so long ago that thousands did since is no news to anybody. */
const MOST_RESOLVED = 5_000;
/** A queue has ten kinds of alerts at most: more than this is not worth the tick's time. */
const MOST_FIRING = 20_000;

export interface Stored<T> {
  readonly value: T;
  readonly version: number;
}

/** All that fire, the newest first. */
export async function loadFiring(records: RecordStore): Promise<readonly Stored<FiringAlert>[]> {
  const found: Stored<FiringAlert>[] = [];
  let before: StoredRecord | undefined;
  for (;;) {
    const page = await records.query(FIRING, {
      limit: PAGE,
      ...(before && { before: { atMs: before.atMs, id: before.id } }),
    });
    found.push(...page.filter(isFiring).map(storedFiring));
    before = page.at(-1);
    if (page.length < PAGE || found.length >= MOST_FIRING) return found;
  }
}

/** What another version has written, or nobody of us: left where it is, rather than every alert with it. */
function isFiring({ value }: StoredRecord): boolean {
  const { kind, stamps, events } = (value ?? {}) as Partial<Record<keyof FiringAlert, unknown>>;
  return alertKinds.some((known) => known === kind) && Boolean(stamps) && Array.isArray(events);
}

export function storedFiring({ value, version }: StoredRecord): Stored<FiringAlert> {
  return { value: value as FiringAlert, version };
}

/** Resolved alerts with something still to tell, which may be none of them, the latest resolved first. */
export async function loadResolvedAfter(records: RecordStore, stamp: number): Promise<readonly ResolvedAlert[]> {
  const found: ResolvedAlert[] = [];
  let before: StoredRecord | undefined;
  for (;;) {
    const page = await records.query(RESOLVED, {
      limit: PAGE,
      ...(before && { before: { atMs: before.atMs, id: before.id } }),
    });
    const alerts = page.map(({ value }) => value as ResolvedAlert).filter(({ resolvedStamp }) => resolvedStamp > stamp);
    found.push(...alerts);
    before = page.at(-1);
    // Stamps follow the clock, so a whole page without a later one means that there is none before it.
    if (page.length < PAGE || alerts.length === 0 || found.length >= MOST_RESOLVED) return found;
  }
}

export function putFiring(alert: FiringAlert, expectedVersion: number): RecordChange {
  return {
    kind: 'put',
    collection: FIRING,
    id: alert.id,
    subject: alert.queueName,
    atMs: alert.firedAtMs,
    value: alert,
    expectedVersion,
  };
}

export function moveToResolved(alert: ResolvedAlert, expectedVersion: number): readonly RecordChange[] {
  const { id, queueName, resolvedAtMs } = alert;
  return [
    { kind: 'delete', collection: FIRING, id, expectedVersion },
    { kind: 'put', collection: RESOLVED, id, subject: queueName, atMs: resolvedAtMs, value: alert },
  ];
}

/** A message to a notifier from its making until it has arrived. */
export interface OutgoingMessage<Message> {
  /** The same for every attempt: a receiver that saw it before can tell. */
  readonly id: string;
  readonly message: Message;
  /** When somebody began to send it and has not noted the outcome; it is noted before the first byte leaves. */
  readonly attemptingSinceMs: number | null;
  /** An attempt ended without an answer: the receiver may have it. */
  readonly mayHaveArrived: boolean;
}

/** How far a notifier is, and how it did. */
export interface NotifierState<Message> extends NotifierProgress {
  readonly outgoing: OutgoingMessage<Message> | null;
  readonly failedAttempts: number;
  readonly nextAttemptAtMs: number;
  readonly lastSuccessAtMs: number | null;
  readonly lastFailureAtMs: number | null;
  readonly lastError: string | null;
}

export const newNotifierState: NotifierState<never> = {
  toldStamp: 0,
  lastMessageAtMs: null,
  outgoing: null,
  failedAttempts: 0,
  nextAttemptAtMs: 0,
  lastSuccessAtMs: null,
  lastFailureAtMs: null,
  lastError: null,
};

export async function loadNotifiers<Message>(
  records: RecordStore,
): Promise<ReadonlyMap<string, Stored<NotifierState<Message>>>> {
  const found = await records.query(NOTIFIERS, { limit: PAGE });
  return new Map(
    found.map(({ id, value, version }) => [id, { value: value as NotifierState<Message>, version }] as const),
  );
}

export function putNotifier(name: string, state: NotifierState<unknown>, expectedVersion: number): RecordChange {
  // At the beginning of time: nothing prunes it, and its place among so few does not matter.
  return { kind: 'put', collection: NOTIFIERS, id: name, subject: '', atMs: 0, value: state, expectedVersion };
}
