import type { Credentials } from '../auth/identity.js';
import type { Caller } from './connection.js';
import { readCookie } from './cookies.js';

/** A bearer token goes before the cookie, and a bad one is not made up for by a cookie. */
export function credentialsOf(request: Request, caller: Pick<Caller, 'secure' | 'origin'>): Credentials {
  const authorization = request.headers.get('authorization');
  const bearer = authorization === null ? undefined : /^Bearer +(\S{1,512})$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return { bearer };
  return { cookie: readCookie(request, 'session-token', caller) };
}
