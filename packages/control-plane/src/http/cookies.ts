import type { Caller } from './connection.js';

export type CookieName = 'session-token' | 'csrf-token';

type Site = Pick<Caller, 'secure' | 'origin'>;

/**
 * On https the prefix makes browsers refuse the cookie from any other host or path, and
 * without Secure. Browsers keep one set of cookies for all ports of a host, so the port is
 * in the name: signing in to a second Drover there would sign out of the first.
 */
export function cookieName(name: CookieName, { secure, origin }: Site): string {
  const { port } = new URL(origin);
  return `${secure ? '__Host-' : ''}drover${port === '' ? '' : `-${port}`}.${name}`;
}

export function readCookie(request: Request, name: CookieName, caller: Site): string | undefined {
  const wanted = `${cookieName(name, caller)}=`;
  const header = request.headers.get('cookie');
  if (header === null) return undefined;
  for (const part of header.split(';')) {
    const cookie = part.trimStart();
    if (cookie.startsWith(wanted)) return cookie.slice(wanted.length).trim();
  }
  return undefined;
}

/** A `Set-Cookie` value. Without `expiresAtMs` the cookie ends with the browser; 0 takes it away. */
export function writeCookie(name: CookieName, value: string, caller: Site, expiresAtMs?: number): string {
  const parts = [`${cookieName(name, caller)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (caller.secure) parts.push('Secure');
  if (expiresAtMs !== undefined) parts.push(`Expires=${new Date(expiresAtMs).toUTCString()}`);
  return parts.join('; ');
}
