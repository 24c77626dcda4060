import { useMemo, useSyncExternalStore } from 'react';

const changed = 'drover:navigate';

function subscribe(listener: () => void): () => void {
  window.addEventListener('popstate', listener);
  window.addEventListener(changed, listener);
  return () => {
    window.removeEventListener('popstate', listener);
    window.removeEventListener(changed, listener);
  };
}

const current = () => window.location.pathname + window.location.search;

/** Goes to a path of this app without loading the page. */
export function navigate(to: string, { replace = false } = {}): void {
  if (to === current()) return;
  const from = window.location.pathname;
  if (replace) window.history.replaceState(null, '', to);
  else window.history.pushState(null, '', to);
  window.dispatchEvent(new Event(changed));
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

/** A path with the time range of the current page: the range follows from view to view. */
export function withRange(path: string, params: URLSearchParams): string {
  const url = new URL(path, window.location.origin);
  for (const name of ['range', 'from', 'to']) {
    const value = params.get(name);
    if (value !== null) url.searchParams.set(name, value);
  }
  return url.pathname + url.search;
}
