import type { AlertThresholdsResponse, UpdateAlertThresholdsRequest } from '@drover/contract';
import { alertThresholdsChange } from '@drover/contract/schemas';
import { Fault, type Thresholds } from '@drover/core';
import type { SettingsCache } from '../settings-cache.js';
import { editSetting } from './edit-setting.js';

/** What was set at run time: some fields, and of a pair of limits perhaps one. */
type Overrides = UpdateAlertThresholdsRequest;

export interface ThresholdSettingsOptions {
  readonly settings: SettingsCache;
  /** Of the configuration, for every queue without its own. */
  readonly configured: Thresholds;
  /** What the configuration says of this queue alone. */
  readonly configuredFor: (queueName: string) => Partial<Thresholds>;
}

export interface ThresholdEdit {
  readonly before: AlertThresholdsResponse;
  readonly after: AlertThresholdsResponse;
  readonly version: number;
}

const GLOBAL_KEY = 'thresholds';
const keyOf = (queueName: string | null): string => (queueName === null ? GLOBAL_KEY : `${GLOBAL_KEY}/${queueName}`);

/**
 * Limits as they hold now, for health and alerts alike. The narrower wins: what was set for
 * a queue at run time, its configuration, what was set for all, the configuration for all.
 */
export class ThresholdSettings {
  readonly #options: ThresholdSettingsOptions;
  readonly #parsed = new WeakMap<object, Overrides>();

  constructor(options: ThresholdSettingsOptions) {
    this.#options = options;
  }

  for(queueName: string | null): Thresholds {
    return this.#effective(queueName, this.#overrides(queueName));
  }

  /** With its version for `If-Match`, 0 before the first change. */
  read(queueName: string | null): { readonly reply: AlertThresholdsResponse; readonly version: number } {
    const version = this.#options.settings.get(keyOf(queueName))?.version ?? 0;
    return { reply: this.#describe(queueName, this.for(queueName), this.#overrides(queueName)), version };
  }

  /** Faults: `invalid_input` when the limits contradict each other, `conflict` when the version moved on. */
  async update(
    queueName: string | null,
    change: UpdateAlertThresholdsRequest,
    expectedVersion: number | undefined,
  ): Promise<ThresholdEdit> {
    const { settings } = this.#options;
    const edited = await editSetting(settings, keyOf(queueName), expectedVersion, (current) => {
      const overrides = applyChange(parse(current), change);
      const before = this.#describe(queueName, this.#effective(queueName, parse(current)), parse(current));
      const after = this.#describe(queueName, this.#effective(queueName, overrides), overrides);
      check(after.thresholds);
      return { value: overrides, before, after };
    });
    return { before: edited.before, after: edited.after, version: edited.version };
  }

  #effective(queueName: string | null, overrides: Overrides): Thresholds {
    const { configured, configuredFor } = this.#options;
    if (queueName === null) return merge(configured, overrides);
    return merge({ ...merge(configured, this.#overrides(null)), ...configuredFor(queueName) }, overrides);
  }

  #describe(queueName: string | null, thresholds: Thresholds, overrides: Overrides): AlertThresholdsResponse {
    return {
      ...(queueName !== null && { queueName }),
      thresholds: structuredClone(thresholds) as AlertThresholdsResponse['thresholds'],
      overrides: namesOf(overrides),
    };
  }

  /** Read at every tick for every queue: a document is parsed once, for as long as it is the one that holds. */
  #overrides(queueName: string | null): Overrides {
    const document = this.#options.settings.get(keyOf(queueName));
    if (!document) return {};
    const held = this.#parsed.get(document);
    if (held) return held;
    const overrides = parse(document.value);
    this.#parsed.set(document, overrides);
    return overrides;
  }
}

/** A damaged document changes nothing. */
function parse(value: unknown): Overrides {
  const parsed = alertThresholdsChange.safeParse(value ?? {});
  return parsed.success ? parsed.data : {};
}

function merge(base: Thresholds, overrides: Overrides): Thresholds {
  const merged: Record<string, unknown> = { ...base };
  for (const [field, value] of Object.entries(overrides)) {
    if (value === null || value === undefined) continue;
    merged[field] = typeof value === 'number' ? value : { ...base[field as 'queueDepth'], ...without(value) };
  }
  return merged as unknown as Thresholds;
}

/** Field by field, and within a pair of limits one by one; `null` takes back what was set. */
function applyChange(current: Overrides, change: Overrides): Overrides {
  const next: Record<string, unknown> = { ...current };
  for (const [field, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (value === null || typeof value === 'number') {
      next[field] = value;
      continue;
    }
    const held = current[field as 'queueDepth'] ?? {};
    next[field] = { ...held, ...value };
  }
  return without(next) as Overrides;
}

/** Without what is not set, empty pairs included. */
function without<T extends object>(values: T): Partial<T> {
  const entries = Object.entries(values).flatMap(([key, value]) => {
    if (value === null || value === undefined) return [];
    if (typeof value !== 'object') return [[key, value]];
    const inner = without(value as object);
    return Object.keys(inner).length === 0 ? [] : [[key, inner]];
  });
  return Object.fromEntries(entries) as Partial<T>;
}

function namesOf(overrides: Overrides): string[] {
  return Object.entries(overrides).flatMap(([field, value]) =>
    typeof value === 'object' && value !== null ? Object.keys(value).map((key) => `${field}.${key}`) : [field],
  );
}

/** Limits that each are fine may contradict each other with what they are put beside. */
function check(thresholds: Thresholds): void {
  const fields = (Object.keys(thresholds) as (keyof Thresholds)[]).flatMap((field) => {
    const value = thresholds[field];
    if (typeof value === 'number' || value.warning <= value.critical) return [];
    const message = `warning (${value.warning}) would be above critical (${value.critical})`;
    return [{ in: 'body', path: `${field}.warning`, message }];
  });
  const [first] = fields;
  if (first) throw new Fault('invalid_input', `${first.path}: ${first.message}`, { details: { fields } });
}
