import { apiBasePath, matchRoute, type RouteMatch } from '@drover/contract';
import { Fault, isFault } from '@drover/core';
import type { Logger } from 'pino';
import type { Auth } from '../auth/create-auth.js';
import type { Identity } from '../auth/identity.js';
import { type Caller, type Connection, callerOf } from './connection.js';
import { writeCookie } from './cookies.js';
import { credentialsOf } from './credentials.js';
import { errorReply, faultReply } from './error-reply.js';
import { readInput } from './read-input.js';
import { isServed, type RouteHandlers } from './route-handlers.js';
import { isCrossSite } from './same-site.js';

export interface ApiOptions {
  readonly auth: Auth;
  readonly handlers: RouteHandlers;
  readonly trustProxy: boolean;
  readonly log: Logger;
}

/**
 * Answers every path below the API's base. In this order, so that nothing is learnt without
 * identity: who is it, does the path exist, may they, is the input right, is it served.
 */
export function createApi({ auth, handlers, trustProxy, log }: ApiOptions) {
  return async (request: Request, connection: Connection): Promise<Response> => {
    const caller = callerOf(request, connection, trustProxy);
    const url = new URL(request.url);
    const path = url.pathname.slice(apiBasePath.length);
    let identity: Identity | null = null;
    let target = 'unknown path';
    try {
      const credentials = credentialsOf(request, caller);
      identity = await auth.identify(credentials);
      if (!identity) throw new Fault('unauthenticated', 'Sign in, or send a valid API token.');
      const found = matchRoute(request.method, path);
      if (found.kind === 'not_found') throw new Fault('not_found', 'The API has no such path.');
      if (found.kind === 'method_not_allowed') return wrongMethod(request, found.allow);
      const { match } = found;
      target = `${match.route.method} ${match.route.path}`;
      allow(auth, match, request, caller, identity);
      const input = await readInput(match, request, url);
      const { name } = match;
      if (!isServed(name)) throw new Fault('not_implemented', 'This version of Drover does not serve this call yet.');
      // Each route's schema made the input that its own handler takes; indexing loses the pairing.
      const handle = handlers[name] as (input: unknown, context: unknown) => Response | Promise<Response>;
      const known = identity;
      const response = await handle(input, {
        request,
        connection,
        secure: caller.secure,
        match,
        identity: known,
        isCurrent: () => auth.isCurrent(known),
      });
      // The headers of a stream are on their way already.
      return match.route.stream ? response : await withRenewedCookie(auth, known, caller, response);
    } catch (error) {
      if (isFault(error, 'unauthenticated') || isFault(error, 'forbidden')) {
        auth.refused({ identity, address: caller.address, target, code: error.code });
      }
      return errorReply(error, log);
    }
  };
}

function allow(auth: Auth, match: RouteMatch, request: Request, caller: Caller, identity: Identity): void {
  // A bearer token is never sent by a browser of itself, so another site cannot use it.
  if (match.route.method !== 'GET' && identity.kind === 'user' && isCrossSite(request, caller)) {
    throw new Fault('forbidden', 'This request comes from another site.');
  }
  const refusal = auth.refuses(identity, match.route.role);
  if (refusal) throw refusal;
}

function wrongMethod(request: Request, methods: readonly string[]): Response {
  const allowed = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
  if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: { Allow: allowed } });
  return faultReply(new Fault('method_not_allowed', `This path takes ${allowed}.`), { Allow: allowed });
}

/** Sessions roll: whoever uses one gets a later end, by any call. */
async function withRenewedCookie(
  auth: Auth,
  identity: Identity,
  caller: Caller,
  response: Response,
): Promise<Response> {
  const renewed = await auth.renew(identity);
  if (renewed) {
    const { expiresAtMs } = renewed.identity.session ?? {};
    response.headers.append('Set-Cookie', writeCookie('session-token', renewed.cookie, caller, expiresAtMs));
  }
  return response;
}
