import { useMemo, useSyncExternalStore } from 'react';

const changed = 'drover:navigate';

function subscribe(listener: () => void): () => void {
  window.addEventListener(changed, listener);
  return () => window.removeEventListener(changed, listener);
}

const current = () => window.location.pathname + window.location.search;

/** Told of every way out; true holds it back until `go` is called. */
type Guard = (from: URL, to: URL, go: () => void) => boolean;
let guard: Guard | undefined;

/** Lets one form of the page have a say before it is left. Returns what ends that. */
export function guardNavigation(next: Guard): () => void {
  guard = next;
  return () => {
    if (guard === next) guard = undefined;
  };
}

function isHeldBack(from: string, to: string, options: { replace: boolean }): boolean {
  const { origin } = window.location;
  return (
    guard?.(new URL(from, origin), new URL(to, origin), () => {
      guard = undefined;
      navigate(to, options);
    }) ?? false
  );
}

/** Where the app is, as opposed to the address bar, which the back button has changed before anybody is asked. */
let shown = typeof window === 'undefined' ? '' : current();

function onPopState(): void {
  const to = current();
  if (to !== shown && isHeldBack(shown, to, { replace: false })) {
    window.history.pushState(null, '', shown);
    return;
  }
  announce();
}

function announce(): void {
  shown = current();
  window.dispatchEvent(new Event(changed));
}

if (typeof window !== 'undefined') window.addEventListener('popstate', onPopState);

/** Goes to a path of this app without loading the page. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === current() || isHeldBack(current(), to, { replace })) return;
  const from = window.location.pathname;
  if (replace) window.history.replaceState(null, '', to);
  else window.history.pushState(null, '', to);
  announce();
  if (window.location.pathname !== from) window.scrollTo(0, 0);
}

export interface AppLocation {
  readonly pathname: string;
  readonly params: URLSearchParams;
}

export function useAppLocation(): AppLocation {
  const href = useSyncExternalStore(subscribe, current);
  return useMemo(() => {
    const url = new URL(href, window.location.origin);
    return { pathname: url.pathname, params: url.searchParams };
  }, [href]);
}

/** Changes some parameters of the URL and keeps the rest; undefined or '' removes one. Typing replaces, a choice is a step back. */
export function setParams(changes: Record<string, string | undefined>, options?: { replace?: boolean }): void {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  navigate(url.pathname + url.search, options);
}

const rangeNames = ['range', 'from', 'to'];

/** A path with the time range of the current page: the range follows from view to view, unless the path brings its own. */
export function withRange(path: string, params: URLSearchParams): string {
  const url = new URL(path, window.location.origin);
  if (rangeNames.some((name) => url.searchParams.has(name))) return path;
  for (const name of rangeNames) {
    const value = params.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}
