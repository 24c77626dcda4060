import type { Caller } from './connection.js';

export type CookieName = 'session-token' | 'csrf-token';

/** On https the prefix makes browsers refuse the cookie from any other host or path, and without Secure. */
function cookieName(name: CookieName, { secure }: Pick<Caller, 'secure'>): string {
  return `${secure ? '__Host-' : ''}drover.${name}`;
}

export function readCookie(request: Request, name: CookieName, caller: Pick<Caller, 'secure'>): string | undefined {
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
export function writeCookie(
  name: CookieName,
  value: string,
  caller: Pick<Caller, 'secure'>,
  expiresAtMs?: number,
): string {
  const parts = [`${cookieName(name, caller)}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax'];
  if (caller.secure) parts.push('Secure');
  if (expiresAtMs !== undefined) parts.push(`Expires=${new Date(expiresAtMs).toUTCString()}`);
  return parts.join('; ');
}
