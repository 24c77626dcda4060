import type { QueryValue, RouteParams, RouteQuery } from './routes.js';
import { type HttpMethod, type Route, type RouteName, routeNames, routes } from './routes.js';

/** Path (below the base) and query of a call; parameters are percent-encoded, undefined query values left out. */
export function buildPath<N extends RouteName>(name: N, params: RouteParams<N>, query?: RouteQuery<N>): string {
  const values = (params ?? {}) as Record<string, string>;
  const path = routes[name].path.replace(/:(\w+)/g, (_, key: string) => {
    const value = values[key];
    if (value === undefined || value === '') throw new TypeError(`${name} needs a ${key}.`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries((query ?? {}) as Record<string, QueryValue>)) {
    if (value !== undefined) search.set(key, value instanceof Date ? value.toISOString() : String(value));
  }
  const text = search.toString();
  return text === '' ? path : `${path}?${text}`;
}

export interface RouteMatch {
  readonly name: RouteName;
  readonly route: Route;
  /** Decoded. */
  readonly params: Readonly<Record<string, string>>;
  /** As they stood in the path, for names that contain a literal percent sign and came unencoded. */
  readonly rawParams: Readonly<Record<string, string>>;
}

export type MatchResult =
  | { readonly kind: 'match'; readonly match: RouteMatch }
  | { readonly kind: 'method_not_allowed'; readonly allow: readonly HttpMethod[] }
  | { readonly kind: 'not_found' };

interface Pattern {
  readonly name: RouteName;
  readonly route: Route;
  readonly keys: readonly string[];
  readonly expression: RegExp;
}

// The guide's client puts names into paths unencoded, so a parameter may span slashes:
// `.+` with the literal ends anchored. Routes without parameters are looked up first, or
// `/queues/health` could be taken for a queue.
const fixed = new Map<string, Pattern[]>();
const patterns: Pattern[] = [];
for (const name of routeNames) {
  const route: Route = routes[name];
  const keys = [...route.path.matchAll(/:(\w+)/g)].map((found) => found[1] ?? '');
  const expression = new RegExp(`^${route.path.replace(/:\w+/g, '(.+)')}$`);
  const pattern = { name, route, keys, expression };
  if (keys.length > 0) patterns.push(pattern);
  else fixed.set(route.path, [...(fixed.get(route.path) ?? []), pattern]);
}

/** Finds the route of a path below the base, as it stands in the URL (still encoded). HEAD counts as GET. */
export function matchRoute(method: string, path: string): MatchResult {
  const found = fixed.get(path) ?? patterns.filter(({ expression }) => expression.test(path));
  if (found.length === 0) return { kind: 'not_found' };
  const wanted = method === 'HEAD' ? 'GET' : method;
  const pattern = found.find(({ route }) => route.method === wanted);
  if (!pattern) return { kind: 'method_not_allowed', allow: [...new Set(found.map(({ route }) => route.method))] };
  const captured = pattern.expression.exec(path)?.slice(1) ?? [];
  const rawParams = Object.fromEntries(pattern.keys.map((key, index) => [key, captured[index] ?? '']));
  const params = Object.fromEntries(Object.entries(rawParams).map(([key, raw]) => [key, decode(raw)]));
  return { kind: 'match', match: { name: pattern.name, route: pattern.route, params, rawParams } };
}

/** A name such as `50%` that came unencoded is no valid escape: it stands for itself. */
function decode(raw: string): string {
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}
