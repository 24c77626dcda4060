import type {
  RateLimitConfigurationResponse,
  RateLimitHistoryResponse,
  RateLimitStatusResponse,
  RateLimitWindows,
} from '@drover/contract';
import {
  applyOverrides,
  configuredLimiters,
  defaultLimiters,
  Fault,
  type FleetRegistry,
  isLimiterName,
  type LimiterDefinitions,
  type LimiterOverrides,
  type LimiterWindows,
  limiterNamed,
  limitersKey,
  MAX_LIMITERS,
  parseLimiterOverrides,
  type RateLimiterStore,
  type WindowName,
  windowNames,
} from '@drover/core';
import { editSetting } from '../alerts/edit-setting.js';
import type { SettingsCache } from '../settings-cache.js';
import { type LimiterMinutes, MINUTE_MS } from './limiter-minutes.js';
import { limiterWaits } from './limiter-waits.js';

export interface RateLimitsServiceOptions {
  readonly settings: SettingsCache;
  /** The configuration file's, which admins' changes go over. */
  readonly configured: LimiterDefinitions;
  readonly limiters: RateLimiterStore;
  readonly minutes: LimiterMinutes;
  readonly fleet: Pick<FleetRegistry, 'readReports'>;
  readonly nowMs: () => number;
}

export interface RateLimitsService {
  /** Everything in force, and the version of what admins set. */
  read(): { readonly config: RateLimitConfigurationResponse; readonly version: number };
  status(limiterName: string): Promise<RateLimitStatusResponse>;
  history(
    limiterName: string,
    range: { readonly sinceMs: number; readonly untilMs: number; readonly limit: number },
  ): Promise<RateLimitHistoryResponse>;
  /** Changes windows, or makes a limiter of a new name; in force everywhere within a second. */
  update(limiterName: string, change: LimiterChange, expectedVersion: number | undefined): Promise<RateLimitEdit>;
  /**
   * Takes back what admins set: a limiter of theirs is gone, one of the configuration as configured.
   * Faults: `not_found`; `conflict` for one of the configuration that nobody changed.
   */
  remove(limiterName: string, expectedVersion: number | undefined): Promise<RateLimitRemoval>;
}

export interface RateLimitRemoval {
  readonly before: RateLimitWindows;
  /** What the configuration says; `null` when it says nothing, and the limiter is gone. */
  readonly after: RateLimitWindows | null;
  readonly version: number;
}

/** `null` takes a window away. */
export type LimiterChange = { readonly [W in WindowName]?: number | null | undefined };

export interface RateLimitEdit {
  readonly before: RateLimitWindows;
  readonly after: RateLimitWindows;
  readonly version: number;
}

export function createRateLimitsService(options: RateLimitsServiceOptions): RateLimitsService {
  const { settings, limiters, minutes, fleet, nowMs } = options;
  const base = configuredLimiters(options.configured);
  const waits = limiterWaits(fleet, nowMs);
  const current = () => limitersInForce(settings, options.configured);

  const windowsOf = (limiterName: string): LimiterWindows => {
    const windows = limiterNamed(current(), limiterName);
    if (windows !== undefined) return windows;
    throw notFound(limiterName);
  };

  return {
    read: () => ({
      // The eight of the guide are always there, with the windows of its types: see refuseLosses.
      config: current() as RateLimitConfigurationResponse,
      version: settings.get(limitersKey)?.version ?? 0,
    }),

    async status(limiterName) {
      const limits = windowsOf(limiterName);
      const [[standing], waiting] = await Promise.all([limiters.status([limiterName]), waits(limiterName)]);
      const atMs = standing?.atMs ?? nowMs();
      const windows = windowNames.flatMap((name) => {
        const limit = limits[name];
        if (limit === undefined) return [];
        const { current = 0, emptyAtMs = atMs, nextAtMs } = standing?.windows[name] ?? {};
        const at = { resetAt: new Date(emptyAtMs), ...(nextAtMs !== undefined && { nextAt: new Date(nextAtMs) }) };
        // A limit that was lowered may have been passed before.
        return [[name, { current, limit, remaining: Math.max(0, limit - current), ...at }] as const];
      });
      const penalizedUntilMs = standing?.penalizedUntilMs ?? null;
      return {
        limiterName,
        windows: Object.fromEntries(windows),
        ...waiting,
        ...(penalizedUntilMs !== null && { penalizedUntil: new Date(penalizedUntilMs) }),
        allowedTotal: standing?.allowed ?? 0,
        delayedTotal: standing?.delayed ?? 0,
      };
    },

    async history(limiterName, { sinceMs, untilMs, limit }) {
      windowsOf(limiterName);
      const found = await minutes.of(limiterName, sinceMs, untilMs);
      return {
        limiterName,
        stepMs: MINUTE_MS,
        history: found.slice(-limit).map(({ atMs, allowed, delayed, delayedMs, waiting }) => ({
          timestamp: new Date(atMs),
          allowed,
          delayed,
          avgDelayMs: delayed === 0 ? 0 : Math.round(delayedMs / delayed),
          waiting,
        })),
      };
    },

    async update(limiterName, change, expectedVersion) {
      refuseName(limiterName);
      const edit = await editSetting(settings, limitersKey, expectedVersion, (stored) => {
        const held = parseLimiterOverrides(stored);
        const value = mergeOverride(held, base, limiterName, change);
        const [before, after] = [applyOverrides(base, held), applyOverrides(base, value)];
        if (limiterNamed(before, limiterName) === undefined && limiterNamed(after, limiterName) === undefined) {
          throw notFound(limiterName);
        }
        refuseLosses(limiterName, after);
        if (Object.keys(after).length > MAX_LIMITERS) {
          throw new Fault('invalid_input', `There are ${MAX_LIMITERS} limiters already, which is the most.`);
        }
        return {
          value,
          before: limiterNamed(before, limiterName) ?? {},
          after: limiterNamed(after, limiterName) ?? {},
        };
      });
      return { before: edit.before, after: edit.after, version: edit.version };
    },

    async remove(limiterName, expectedVersion) {
      const configured = limiterNamed(base, limiterName) ?? null;
      const edit = await editSetting(settings, limitersKey, expectedVersion, (stored) => {
        const held = parseLimiterOverrides(stored);
        const before = limiterNamed(applyOverrides(base, held), limiterName);
        if (before === undefined) throw notFound(limiterName);
        if (!Object.hasOwn(held, limiterName)) throw notOurs(limiterName);
        const value = Object.fromEntries(Object.entries(held).filter(([name]) => name !== limiterName));
        return { value, before };
      });
      return { before: edit.before, after: configured, version: edit.version };
    },
  };
}

function notOurs(limiterName: string): Fault {
  const message = `The limiter "${limiterName}" comes from the configuration and is as configured; remove it there.`;
  return new Fault('conflict', message, { details: { limiterName } });
}

function notFound(limiterName: string): Fault {
  return new Fault('not_found', `There is no limiter named "${limiterName}".`, { details: { limiterName } });
}

/** What replicas and workers go by. */
export function limitersInForce(settings: SettingsCache, configured: LimiterDefinitions): LimiterDefinitions {
  return applyOverrides(configuredLimiters(configured), parseLimiterOverrides(settings.get(limitersKey)?.value));
}

/** A `null` is kept only where the configuration has a window that it takes away. */
function mergeOverride(
  held: LimiterOverrides,
  base: LimiterDefinitions,
  limiterName: string,
  change: LimiterChange,
): LimiterOverrides {
  const earlier = Object.hasOwn(held, limiterName) ? held[limiterName] : {};
  const merged = Object.entries({ ...earlier, ...change }).filter(([window, limit]) => {
    const configured = limiterNamed(base, limiterName)?.[window as keyof LimiterWindows];
    return limit === null ? configured !== undefined : limit !== undefined;
  });
  const others = Object.entries(held).filter(([name]) => name !== limiterName);
  return Object.fromEntries(merged.length === 0 ? others : [...others, [limiterName, Object.fromEntries(merged)]]);
}

/** The guide promises a number for each of its windows; a page that formats it would break on none. */
function refuseLosses(limiterName: string, after: LimiterDefinitions): void {
  const promised = Object.keys(limiterNamed(defaultLimiters, limiterName) ?? {});
  const lost = promised.find(
    (window) => limiterNamed(after, limiterName)?.[window as keyof LimiterWindows] === undefined,
  );
  if (lost === undefined) return;
  const message = `cannot be removed from ${limiterName}: the API promises a number; set a high one`;
  throw new Fault('invalid_input', `${lost} ${message}.`, {
    details: { fields: [{ in: 'body', path: lost, message }] },
  });
}

function refuseName(limiterName: string): void {
  if (isLimiterName(limiterName)) return;
  const message = 'must be 1 to 100 characters, without control characters';
  throw new Fault('invalid_input', `limiterName ${message}.`, {
    details: { fields: [{ in: 'path', path: 'limiterName', message }] },
  });
}
