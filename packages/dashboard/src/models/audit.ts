import type { AuditEntryReply, AuditFilters } from '@drover/contract';

export type AuditResult = AuditEntryReply['result'];
export const auditResults: Record<AuditResult, string> = { done: 'Done', refused: 'Refused', failed: 'Failed' };

const hourMs = 3_600_000;

export const auditPeriods = {
  all: { words: 'Any time', spanMs: undefined },
  '1h': { words: 'Last hour', spanMs: hourMs },
  '24h': { words: 'Last 24 hours', spanMs: 24 * hourMs },
  '7d': { words: 'Last 7 days', spanMs: 7 * 24 * hourMs },
  '30d': { words: 'Last 30 days', spanMs: 30 * 24 * hourMs },
} as const;
export type AuditPeriod = keyof typeof auditPeriods;

export interface AuditView {
  readonly actor: string;
  readonly action: string;
  readonly result: AuditResult | undefined;
  readonly period: AuditPeriod;
}

/** The filter as a URL says it; what makes no sense filters nothing. */
export function readAuditView(params: URLSearchParams): AuditView {
  const result = params.get('result');
  const period = params.get('period');
  return {
    actor: params.get('actor') ?? '',
    action: params.get('action') ?? '',
    result: result !== null && Object.hasOwn(auditResults, result) ? (result as AuditResult) : undefined,
    period: period !== null && Object.hasOwn(auditPeriods, period) ? (period as AuditPeriod) : 'all',
  };
}

export function isFilteringAudit({ actor, action, result, period }: AuditView): boolean {
  return actor !== '' || action !== '' || result !== undefined || period !== 'all';
}

/**
 * The view as the API takes it. A bare e-mail address means that account. The start of a period is rounded down to
 * five minutes, so that the same view stays the same query for a while.
 */
export function auditFilters({ actor, action, result, period }: AuditView, nowMs: number): AuditFilters {
  const { spanMs } = auditPeriods[period];
  const grainMs = 300_000;
  const who = actor.trim();
  return {
    ...(who !== '' && { actor: who.includes('@') && !who.includes(':') ? `user:${who}` : who }),
    ...(action.trim() !== '' && { action: action.trim() }),
    ...(result && { result }),
    ...(spanMs !== undefined && { since: new Date(Math.floor((nowMs - spanMs) / grainMs) * grainMs).toISOString() }),
  };
}

export interface FieldChange {
  /** Dotted path. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface AuditDetails {
  readonly changes: readonly FieldChange[];
  /** Whatever else the entry says, by its name. */
  readonly others: readonly { readonly name: string; readonly value: string }[];
}

/** What an entry's details say: the fields that differ between before and after, and the rest. */
export function auditDetails(details: unknown): AuditDetails {
  if (!isRecord(details))
    return { changes: [], others: details == null ? [] : [{ name: 'details', value: text(details) }] };
  const { before, after, ...rest } = details;
  return {
    changes: before === undefined && after === undefined ? [] : changesOf(before, after),
    others: Object.entries(rest).map(([name, value]) => ({ name, value: text(value) })),
  };
}

/** Fields that differ, in the order of their names; a thing that was made or removed differs in all of them. */
export function changesOf(before: unknown, after: unknown): FieldChange[] {
  const [was, is] = [flatten(before), flatten(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .toSorted()
    .map((path) => ({ path, before: was.get(path), after: is.get(path) }))
    .filter((change) => change.before !== change.after);
}

function flatten(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (isRecord(value) && Object.keys(value).length > 0) {
    for (const [name, inner] of Object.entries(value)) flatten(inner, path ? `${path}.${name}` : name, into);
  } else if (value !== undefined) into.set(path || 'value', text(value));
  return into;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
