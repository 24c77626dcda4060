import type { Severity } from '../health/evaluate-health.js';
import type { FiringAlert, ResolvedAlert } from './alert.js';
import { type AlertRoute, notifiersFor } from './route-alerts.js';

export interface MessageTiming {
  /** What begins together is told together: how long a first alert waits for others. */
  readonly groupWaitMs: number;
  /** Between two messages to one notifier, whatever happens meanwhile. */
  readonly groupIntervalMs: number;
  /** After this long without a message, what nobody acknowledged is told again. */
  readonly repeatAfterMs: number;
}

export const defaultMessageTiming: MessageTiming = {
  groupWaitMs: 10_000,
  groupIntervalMs: 60_000,
  repeatAfterMs: 4 * 3_600_000,
};

/** `fired` also after a silence; `raised`: a warning that became critical; `firing`: told before, and still so. */
export type NoticeEvent = 'fired' | 'raised' | 'resolved' | 'firing';

export interface Notice {
  readonly event: NoticeEvent;
  readonly alert: FiringAlert | ResolvedAlert;
}

/** What one message to one notifier says. */
export interface AlertMessage {
  readonly atMs: number;
  /** News first, the critical first among them; at most 50. */
  readonly notices: readonly Notice[];
  /** Of all that it is about, listed or not. */
  readonly counts: Readonly<Record<NoticeEvent, number>> & { readonly critical: number };
  /** Notices that are counted and not listed. */
  readonly omitted: number;
}

/** How far a notifier is. */
export interface NotifierProgress {
  /** Everything stamped up to here was put into a message. */
  readonly toldStamp: number;
  readonly lastMessageAtMs: number | null;
}

export interface MessageInput {
  readonly notifier: string;
  readonly routes: readonly AlertRoute[];
  readonly timing: MessageTiming;
  readonly progress: NotifierProgress;
  readonly firing: readonly FiringAlert[];
  /** At least all that resolved after `toldStamp`. */
  readonly resolved: readonly ResolvedAlert[];
  readonly nowMs: number;
}

const MOST_NOTICES = 50;

/**
 * The message that is due to a notifier now, or `null`. Pure. A storm is one message; what
 * fired and resolved before it could be told is not told at all.
 */
export function planMessage(input: MessageInput): AlertMessage | null {
  const { progress, timing, nowMs } = input;
  const news = pendingNotices(input);
  const told = new Set(news.map(({ alert }) => alert.id));
  const open = input.firing.filter(
    (alert) =>
      alert.silenceId === null &&
      alert.acknowledged === null &&
      !told.has(alert.id) &&
      isFor(alert, alert.severity, input),
  );
  const sinceLastMs = progress.lastMessageAtMs === null ? null : elapsedMs(progress.lastMessageAtMs, nowMs);
  const oldestMs = Math.max(-1, ...news.map((notice) => elapsedMs(happenedAtMs(notice), nowMs)));
  const newsIsDue = oldestMs >= timing.groupWaitMs && (sinceLastMs === null || sinceLastMs >= timing.groupIntervalMs);
  const repeatIsDue =
    open.length > 0 && progress.lastMessageAtMs !== null && nowMs - progress.lastMessageAtMs >= timing.repeatAfterMs;
  if (!newsIsDue && !repeatIsDue) return null;
  const notices = [...inOrder(news), ...inOrder(open.map((alert) => ({ event: 'firing', alert })))];
  return {
    atMs: nowMs,
    notices: notices.slice(0, MOST_NOTICES),
    counts: countsOf(notices),
    omitted: Math.max(0, notices.length - MOST_NOTICES),
  };
}

/** What a notifier still has to hear; with a message under way, after that one. */
export function pendingNotices(input: Omit<MessageInput, 'timing' | 'nowMs'>): readonly Notice[] {
  return [...input.firing.flatMap((alert) => newsOf(alert, input)), ...resolutions(input)];
}

type Scope = Pick<MessageInput, 'notifier' | 'routes' | 'progress' | 'resolved'>;

function newsOf(alert: FiringAlert, scope: Scope): Notice[] {
  const { toldStamp } = scope.progress;
  const { latest } = alert.stamps;
  if (alert.silenceId !== null || latest === null || latest <= toldStamp) return [];
  if (!isFor(alert, alert.severity, scope)) return [];
  const wasWarned = alert.severity === 'critical' && wasTold(alert, 'warning', scope);
  return [{ event: wasWarned ? 'raised' : 'fired', alert }];
}

/** Only what was told is told to be over. */
function resolutions(scope: Scope): Notice[] {
  return scope.resolved
    .filter(
      (alert) =>
        alert.resolvedStamp > scope.progress.toldStamp &&
        (wasTold(alert, 'warning', scope) || wasTold(alert, 'critical', scope)),
    )
    .map((alert) => ({ event: 'resolved', alert }));
}

function wasTold(alert: FiringAlert, severity: Severity, scope: Scope): boolean {
  const stamp = alert.stamps[severity];
  return stamp !== null && stamp <= scope.progress.toldStamp && isFor(alert, severity, scope);
}

function isFor(alert: FiringAlert, severity: Severity, { notifier, routes }: Scope): boolean {
  return notifiersFor({ ...alert, severity }, routes).has(notifier);
}

/** News must not wait until a clock that went back has caught up. */
function elapsedMs(sinceMs: number, nowMs: number): number {
  return nowMs < sinceMs ? Number.POSITIVE_INFINITY : nowMs - sinceMs;
}

function happenedAtMs({ event, alert }: Notice): number {
  return event === 'resolved' && 'resolvedAtMs' in alert ? alert.resolvedAtMs : alert.changedAtMs;
}

function inOrder(notices: readonly Notice[]): Notice[] {
  const rank = ({ event, alert }: Notice): number => {
    if (event === 'resolved') return 2;
    return alert.severity === 'critical' ? 0 : 1;
  };
  return [...notices].sort((a, b) => rank(a) - rank(b) || a.alert.firedAtMs - b.alert.firedAtMs);
}

function countsOf(notices: readonly Notice[]): AlertMessage['counts'] {
  const count = (event: NoticeEvent): number => notices.filter((notice) => notice.event === event).length;
  return {
    fired: count('fired'),
    raised: count('raised'),
    resolved: count('resolved'),
    firing: count('firing'),
    critical: notices.filter(({ event, alert }) => event !== 'resolved' && alert.severity === 'critical').length,
  };
}
