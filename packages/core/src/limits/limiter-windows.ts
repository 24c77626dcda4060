/** The lengths of time that a limiter can count over, shortest first. */
export const windowNames = ['perSecond', 'perMinute', 'perHour', 'perDay'] as const;
export type WindowName = (typeof windowNames)[number];

export const windowLengthMs: Readonly<Record<WindowName, number>> = {
  perSecond: 1_000,
  perMinute: 60_000,
  perHour: 3_600_000,
  perDay: 86_400_000,
};

/** How much each window of that length, anywhere in time, may hold. An absent window does not limit. */
export type LimiterWindows = { readonly [W in WindowName]?: number };

/** By limiter name. */
export type LimiterDefinitions = Readonly<Record<string, LimiterWindows>>;

/** A change to the definitions: `null` takes a window away, an absent one stays as it is. */
export type LimiterOverrides = Readonly<Record<string, { readonly [W in WindowName]?: number | null }>>;

export const MAX_LIMIT = 1_000_000_000;
/** A name is part of a key and of a path. */
export const MAX_LIMITER_NAME = 100;
export const MAX_LIMITERS = 500;

/**
 * Reads the settings document of overrides. Anything in it that is none is left out, so that
 * a damaged document changes nothing.
 */
export function parseLimiterOverrides(value: unknown): LimiterOverrides {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).slice(0, MAX_LIMITERS);
  return Object.fromEntries(
    entries.flatMap(([name, windows]) => {
      if (!isLimiterName(name) || typeof windows !== 'object' || windows === null) return [];
      const known = windowNames.flatMap((window) => {
        const limit: unknown = (windows as Record<string, unknown>)[window];
        return limit === null || isLimit(limit) ? [[window, limit] as const] : [];
      });
      return known.length === 0 ? [] : [[name, Object.fromEntries(known)]];
    }),
  );
}

/** Reads definitions as they stand in a configuration: overrides that take nothing away. */
export function parseLimiterDefinitions(value: unknown): LimiterDefinitions {
  return applyOverrides({}, parseLimiterOverrides(value));
}

/** The definitions in force: field by field the override where there is one. A limiter without a window is none. */
export function applyOverrides(base: LimiterDefinitions, overrides: LimiterOverrides): LimiterDefinitions {
  const names = new Set([...Object.keys(base), ...Object.keys(overrides)]);
  return Object.fromEntries(
    [...names].flatMap((name) => {
      const merged = { ...own(base, name), ...own(overrides, name) };
      const windows = windowNames.flatMap((window) => {
        const limit = merged[window];
        return limit === undefined || limit === null ? [] : [[window, limit] as const];
      });
      return windows.length === 0 ? [] : [[name, Object.fromEntries(windows) as LimiterWindows]];
    }),
  );
}

/** The definition of that name; never something that every object has, such as `constructor`. */
export function limiterNamed(definitions: LimiterDefinitions, name: string): LimiterWindows | undefined {
  return Object.hasOwn(definitions, name) ? definitions[name] : undefined;
}

/** Limits in the order of `windowNames`, `null` where a window does not limit: how engines take them. */
export function limitsInOrder(windows: LimiterWindows): readonly (number | null)[] {
  return windowNames.map((window) => windows[window] ?? null);
}

/** The smallest limit: no more can ever be taken at once. `Infinity` without windows. */
export function largestWeight(windows: LimiterWindows): number {
  return Math.min(...limitsInOrder(windows).map((limit) => limit ?? Number.POSITIVE_INFINITY));
}

export function isLimiterName(name: string): boolean {
  // Control characters would end up in log lines; `__proto__` as a key sets no key.
  return name.length > 0 && name.length <= MAX_LIMITER_NAME && !/\p{Cc}/u.test(name) && name !== '__proto__';
}

function isLimit(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
