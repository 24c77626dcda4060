import { randomUUID } from 'node:crypto';
import type { AlertSilence } from '@drover/contract';
import { type AlertKind, alertKinds, Fault, type Silence } from '@drover/core';
import type { SettingsCache } from '../settings-cache.js';
import { editSetting } from './edit-setting.js';
import { toWireSilence } from './wire-alert.js';

const KEY = 'alert-silences';
const MOST_SILENCES = 500;
const LONGEST_MS = 90 * 24 * 3_600_000;

export interface SilenceWish {
  readonly queueName: string | null;
  readonly kind: AlertKind | null;
  readonly fromMs: number | null;
  readonly untilMs: number;
  readonly why: string;
}

/**
 * Maintenance silences, one document for all: few, and every replica and the leader know
 * them within a second. Those that are over go with the next change.
 */
export class Silences {
  readonly #settings: SettingsCache;
  #parsed: { readonly document: object; readonly silences: readonly Silence[] } | null = null;

  constructor(settings: SettingsCache) {
    this.#settings = settings;
  }

  /** Those that hold now or will. */
  current(nowMs: number): readonly Silence[] {
    const document = this.#settings.get(KEY);
    if (!document) return [];
    if (this.#parsed?.document !== document) this.#parsed = { document, silences: parse(document.value) };
    return this.#parsed.silences.filter(({ untilMs }) => nowMs < untilMs);
  }

  list(nowMs: number): AlertSilence[] {
    return [...this.current(nowMs)].sort((a, b) => a.untilMs - b.untilMs).map(toWireSilence);
  }

  async create(wish: SilenceWish, by: string, nowMs: number): Promise<AlertSilence> {
    const fromMs = wish.fromMs ?? nowMs;
    if (wish.untilMs <= nowMs) throw invalid('is over already');
    if (wish.untilMs - fromMs > LONGEST_MS) throw invalid('is more than 90 days after its beginning');
    const silence: Silence = { ...wish, id: randomUUID(), fromMs, by, createdAtMs: nowMs };
    await editSetting(this.#settings, KEY, undefined, (current) => {
      const others = parse(current).filter(({ untilMs }) => nowMs < untilMs);
      if (others.length >= MOST_SILENCES) {
        throw new Fault('too_large', `There are ${MOST_SILENCES} silences; end one before you add another.`);
      }
      return { value: [...others, silence] };
    });
    return toWireSilence(silence);
  }

  /** Ends a silence now. */
  async remove(id: string, nowMs: number): Promise<AlertSilence> {
    const { removed } = await editSetting(this.#settings, KEY, undefined, (current) => {
      const standing = parse(current).filter(({ untilMs }) => nowMs < untilMs);
      const removed = standing.find((silence) => silence.id === id);
      if (!removed) throw new Fault('not_found', `There is no silence ${id}; it may be over.`);
      return { removed, value: standing.filter((silence) => silence !== removed) };
    });
    return toWireSilence(removed);
  }
}

function invalid(message: string): Fault {
  return new Fault('invalid_input', `until: ${message}`, {
    details: { fields: [{ in: 'body', path: 'until', message }] },
  });
}

/** What of a damaged document is no silence is left out: an alert too many is better than none. */
function parse(value: unknown): readonly Silence[] {
  return Array.isArray(value) ? value.filter(isSilence) : [];
}

function isSilence(value: unknown): value is Silence {
  if (typeof value !== 'object' || value === null) return false;
  const { id, queueName, kind, fromMs, untilMs, why, by } = value as Partial<Record<keyof Silence, unknown>>;
  return (
    [id, why, by].every((field) => typeof field === 'string') &&
    [fromMs, untilMs].every((field) => typeof field === 'number') &&
    (queueName === null || typeof queueName === 'string') &&
    (kind === null || alertKinds.some((known) => known === kind))
  );
}
