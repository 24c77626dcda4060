import type {
  AcknowledgeAlertsRequest,
  AcknowledgeAlertsResponse,
  Alert,
  AlertHistoryResponse,
  LiveSnapshot,
} from '@drover/contract';
import {
  type AlertKind,
  Fault,
  type FiringAlert,
  isFault,
  type RecordStore,
  type ResolvedAlert,
  type Severity,
  type StoredRecord,
  withEvent,
} from '@drover/core';
import type { LiveTopics } from '../live-topics.js';
import { FIRING, putFiring, RESOLVED, storedFiring } from './alert-records.js';
import { FreshAcknowledgements } from './fresh-acknowledgements.js';
import { toWireAlert } from './wire-alert.js';

export interface AlertsServiceOptions {
  readonly records: RecordStore;
  /** What is served now; `null` before the first tick. */
  readonly snapshot: () => LiveSnapshot | null;
  readonly topics: LiveTopics;
  readonly nowMs: () => number;
}

export interface AlertFilter {
  readonly severity?: Severity | undefined;
  readonly queueName?: string | undefined;
  readonly kind?: AlertKind | undefined;
  readonly acknowledged?: boolean | undefined;
  readonly silenced?: boolean | undefined;
}

export interface HistoryWish extends Pick<AlertFilter, 'severity' | 'queueName' | 'kind'> {
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number | undefined;
}

/** An acknowledgement, and whether it was this call's. */
export interface Acknowledged {
  readonly alert: Alert;
  readonly fresh: boolean;
}

const MOST_ATTEMPTS = 5;
const AT_ONCE = 8;
const MOST_ERRORS = 100;
/** A filter that matches little must not read all of 30 days for one page. */
const MOST_SCANNED = 5_000;

export class AlertsService {
  readonly #options: AlertsServiceOptions;
  readonly #fresh = new FreshAcknowledgements();

  constructor(options: AlertsServiceOptions) {
    this.#options = options;
  }

  /** Grows with each acknowledgement at this replica: what is listed may differ then. */
  get revision(): number {
    return this.#fresh.revision;
  }

  /** All that fire and match, the critical first; from the snapshot, so it costs the engine nothing. */
  list(snapshot: LiveSnapshot, filter: AlertFilter): Alert[] {
    return this.#fresh.over(snapshot).filter((alert) => matches(alert, filter));
  }

  /**
   * Acknowledges one, by compare-and-set, at any replica. Once it is acknowledged, by whom
   * stays. Faults: `conflict` for one that has resolved, `not_found` for one that never was.
   */
  async acknowledge(id: string, by: string): Promise<Acknowledged> {
    const { records, nowMs, topics } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const found = await records.get(FIRING, id);
      if (!found) throw await this.#notFiring(id);
      const { value: alert, version } = storedFiring(found);
      if (alert.acknowledged) return { alert: this.#remember(alert), fresh: false };
      const atMs = nowMs();
      const acknowledged: FiringAlert = {
        ...alert,
        acknowledged: { by, atMs },
        events: withEvent(alert.events, { atMs, what: 'acknowledged', by }),
      };
      try {
        await records.write([putFiring(acknowledged, version)]);
        const wire = this.#remember(acknowledged);
        topics.publish('alerts', { type: 'alert.acknowledged', alert: wire });
        return { alert: wire, fresh: true };
      } catch (error) {
        // The leader changed it in between: it may be worse now, or over. Look again.
        if (!isFault(error, 'conflict') || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** Acknowledges many, some at once; one that fails keeps no other from it. */
  async acknowledgeMany(request: AcknowledgeAlertsRequest, by: string): Promise<AcknowledgeAlertsResponse> {
    const ids = [...new Set(request.ids ?? this.#idsOf(request.filter ?? {}))];
    const done: Alert[] = [];
    const errors: { id: string; error: string }[] = [];
    const turn = async (): Promise<void> => {
      for (let id = ids.shift(); id !== undefined; id = ids.shift()) {
        try {
          done.push((await this.acknowledge(id, by)).alert);
        } catch (error) {
          // An engine that is away fails them all: say so, instead of a list of the same words.
          if (!isFault(error, 'not_found') && !isFault(error, 'conflict')) throw error;
          errors.push({ id, error: error.message });
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, turn));
    return {
      success: true,
      total: done.length + errors.length,
      acknowledged: done.length,
      failed: errors.length,
      alerts: done,
      ...(errors.length > 0 && { errors: errors.slice(0, MOST_ERRORS) }),
    };
  }

  /** Resolved alerts, the latest first. A cursor stays where it is when new ones resolve. */
  async history(wish: HistoryWish): Promise<AlertHistoryResponse> {
    const { limit, sinceMs, untilMs, queueName } = wish;
    const alerts: ResolvedAlert[] = [];
    let before = wish.cursor === undefined ? undefined : parseCursor(wish.cursor);
    let scanned = 0;
    let more = true;
    while (more && alerts.length < limit && scanned < MOST_SCANNED) {
      const size = wish.severity === undefined && wish.kind === undefined ? limit - alerts.length : 500;
      const page = await this.#options.records.query(RESOLVED, {
        limit: size,
        ...(queueName !== undefined && { subject: queueName }),
        ...(sinceMs !== undefined && { sinceMs }),
        ...(untilMs !== undefined && { untilMs }),
        ...(before && { before }),
      });
      scanned += page.length;
      more = page.length === size;
      for (const record of page) {
        if (alerts.length === limit) {
          more = true;
          break;
        }
        before = record;
        const alert = record.value as ResolvedAlert;
        if (hadSeverity(alert, wish) && isOfKind(alert, wish)) alerts.push(alert);
      }
    }
    return { alerts: alerts.map(toWireAlert), ...(more && before && { nextCursor: cursorOf(before) }) };
  }

  #remember(alert: FiringAlert): Alert {
    const wire = toWireAlert(alert);
    this.#fresh.add(wire);
    return wire;
  }

  #idsOf(filter: AlertFilter): string[] {
    const snapshot = this.#options.snapshot();
    if (!snapshot) throw new Fault('engine_unavailable', 'Drover does not know yet which alerts fire.');
    return this.list(snapshot, { ...filter, acknowledged: false }).map(({ id }) => id);
  }

  async #notFiring(id: string): Promise<Fault> {
    const resolved = await this.#options.records.get(RESOLVED, id);
    if (!resolved) return new Fault('not_found', `There is no alert ${id}.`);
    const { resolvedAtMs } = resolved.value as ResolvedAlert;
    return new Fault('conflict', `The alert ${id} resolved at ${new Date(resolvedAtMs).toISOString()}.`, {
      details: { alert: toWireAlert(resolved.value as ResolvedAlert) },
    });
  }
}

function matches(alert: Alert, filter: AlertFilter): boolean {
  return (['severity', 'queueName', 'kind', 'acknowledged', 'silenced'] as const).every(
    (field) => filter[field] === undefined || filter[field] === alert[field],
  );
}

function hadSeverity(alert: ResolvedAlert, { severity }: HistoryWish): boolean {
  return severity === undefined || alert.worst === severity;
}

function isOfKind(alert: ResolvedAlert, { kind }: HistoryWish): boolean {
  return kind === undefined || alert.kind === kind;
}

type Place = Pick<StoredRecord, 'atMs' | 'id'>;

function cursorOf({ atMs, id }: Place): string {
  return `${atMs}~${id}`;
}

function parseCursor(cursor: string): Place {
  const at = cursor.indexOf('~');
  return { atMs: Number(cursor.slice(0, at)), id: cursor.slice(at + 1) };
}
