import type { Caller } from './connection.js';

/**
 * Whether a request that changes something may have been made by another site's page. The
 * cookie's SameSite lets through what a browser does not know it for; a JSON body is no
 * protection. Browsers always send one of the two headers with such a request; a caller that
 * sends neither is no browser and cannot be misled by a page.
 */
export function isCrossSite(request: Request, caller: Caller): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return false;
  const origin = request.headers.get('origin');
  if (origin === null) return site !== null;
  return !sameHost(origin, caller.origin);
}

/** The scheme is left out: a proxy that ends TLS makes us see http where the browser says https. */
function sameHost(a: string, b: string): boolean {
  try {
    return new URL(a).host === new URL(b).host;
  } catch {
    return false;
  }
}
