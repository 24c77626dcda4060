import type { ScalingDecision, ScalingHistoryAdditions, ScalingHistoryEntry } from '@drover/contract';
import type { RecordQuery, RecordStore, ScalingEvidence, StoredRecord, StoredScalingQuestion } from '@drover/core';
import { wireEvidence } from './wire-evidence.js';

export const HISTORY = 'scaling.history';
const MAX_ANCHORS = 1_000;
const ANCHOR_MS = 600_000;

/** A decision as it is stored: instants as text, and when it was carried out. */
export interface StoredDecision
  extends Pick<ScalingDecision, 'action' | 'targetWorkers' | 'currentWorkers' | 'reason'>,
    ScalingHistoryAdditions {
  readonly evidence?: ScalingEvidence;
  /** From which the decision can be made again; it stays in the store. */
  readonly question?: StoredScalingQuestion;
  readonly metrics: Omit<ScalingDecision['metrics'], 'timestamp'> & { readonly timestamp: string };
}

export interface HistoryWish {
  readonly queueName: string;
  readonly limit: number;
  readonly sinceMs?: number;
  /** Rows to skip. */
  readonly offset?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
  /** Who pages: rows that come after this caller's first page do not shift the later ones. */
  readonly caller: string;
}

export interface HistoryPage {
  readonly history: ScalingHistoryEntry[];
  readonly nextCursor?: string;
}

type Place = NonNullable<RecordQuery['before']>;

/** Reads the history of a queue's worker count, newest first, in both forms of the guide. */
export class ScalingHistory {
  readonly #records: RecordStore;
  readonly #nowMs: () => number;
  /** Where each caller's first page began. The guide's client sends a bare offset, so it is kept here. */
  readonly #anchors = new Map<string, { readonly place: Place; readonly atMs: number }>();

  constructor(records: RecordStore, nowMs: () => number) {
    this.#records = records;
    this.#nowMs = nowMs;
  }

  async page(wish: HistoryWish): Promise<HistoryPage> {
    const { queueName, limit, sinceMs, offset = 0, cursor } = wish;
    const before = cursor === undefined ? this.#anchor(wish) : placeOf(cursor);
    const found = await this.#records.query(HISTORY, {
      subject: queueName,
      // One more, to know whether there is a next page.
      limit: offset + limit + 1,
      ...(sinceMs !== undefined && { sinceMs }),
      ...(before && { before }),
    });
    if (offset === 0 && cursor === undefined) this.#remember(wish, found[0]);
    const page = found.slice(offset, offset + limit);
    const last = page.at(-1);
    const hasMore = found.length > offset + limit;
    return { history: page.map(toEntry), ...(last && hasMore && { nextCursor: `${last.atMs}.${last.id}` }) };
  }

  #anchor({ queueName, caller, sinceMs, offset = 0 }: HistoryWish): Place | undefined {
    const held = this.#anchors.get(anchorKey(queueName, caller, sinceMs));
    return offset > 0 && held && this.#nowMs() - held.atMs < ANCHOR_MS ? held.place : undefined;
  }

  #remember({ queueName, caller, sinceMs }: HistoryWish, newest: StoredRecord | undefined): void {
    const key = anchorKey(queueName, caller, sinceMs);
    this.#anchors.delete(key);
    // Just after the newest row: `before` leaves out the row that it names.
    if (newest) this.#anchors.set(key, { place: { atMs: newest.atMs, id: `${newest.id}~` }, atMs: this.#nowMs() });
    const [oldest] = this.#anchors.keys();
    if (this.#anchors.size > MAX_ANCHORS && oldest !== undefined) this.#anchors.delete(oldest);
  }
}

const anchorKey = (...parts: readonly (string | number | undefined)[]): string => JSON.stringify(parts);

/** The schema of the query has checked its form. */
function placeOf(cursor: string): Place {
  const dot = cursor.indexOf('.');
  return { atMs: Number(cursor.slice(0, dot)), id: cursor.slice(dot + 1) };
}

function toEntry({ value, atMs }: StoredRecord): ScalingHistoryEntry {
  const { metrics, question: _, evidence, ...decision } = value as StoredDecision;
  return {
    ...decision,
    ...(evidence && { evidence: wireEvidence(evidence) }),
    metrics: { ...metrics, timestamp: new Date(metrics.timestamp) },
    executedAt: new Date(atMs),
  };
}
