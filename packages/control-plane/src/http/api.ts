import { apiBasePath, matchRoute, type RouteMatch } from '@drover/contract';
import { type AuditEntry, Fault, isFault } from '@drover/core';
import type { Logger } from 'pino';
import type { Auth } from '../auth/create-auth.js';
import type { Identity } from '../auth/identity.js';
import type { ChangeRecorder } from '../use-cases/change-recorder.js';
import { type Caller, type Connection, callerOf } from './connection.js';
import { writeCookie } from './cookies.js';
import { credentialsOf } from './credentials.js';
import { errorReply, faultReply } from './error-reply.js';
import { isServed, type RouteHandlers } from './handlers/index.js';
import type { ChangeNote, RouteContext } from './handlers/route-context.js';
import { readInput } from './read-input.js';
import { isCrossSite } from './same-site.js';

export interface ApiOptions {
  readonly auth: Auth;
  readonly handlers: RouteHandlers;
  readonly changes: ChangeRecorder;
  readonly nowMs: () => number;
  readonly trustProxy: boolean;
  readonly log: Logger;
}

/**
 * Answers every path below the API's base. In this order, so that nothing is learnt without
 * identity: who is it, does the path exist, may they, is the input right, is it served.
 */
export function createApi({ auth, handlers, changes, nowMs, trustProxy, log }: ApiOptions) {
  return async (request: Request, connection: Connection): Promise<Response> => {
    const caller = callerOf(request, connection, trustProxy);
    const url = new URL(request.url);
    const path = url.pathname.slice(apiBasePath.length);
    let identity: Identity | null = null;
    let target = 'unknown path';
    let note = null as ChangeNote | null;
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
      const handle = handlers[name] as (input: unknown, context: RouteContext) => Response | Promise<Response>;
      const known = identity;
      const response = await handle(input, {
        request,
        connection,
        secure: caller.secure,
        match,
        identity: known,
        isCurrent: () => auth.isCurrent(known),
        expectedVersion: expectedVersion(request),
        noteChange: (told) => {
          note = told;
        },
      } satisfies RouteContext);
      if (note !== null) await changes.record(entryOf(note, known, caller, match, nowMs()));
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

function entryOf(note: ChangeNote, identity: Identity, caller: Caller, match: RouteMatch, atMs: number): AuditEntry {
  const { before, after, details } = note;
  return {
    atMs,
    actor: identity.actor,
    role: identity.role,
    from: caller.address,
    action: match.name,
    target: note.target ?? Object.values(match.params)[0] ?? match.route.path,
    result: 'done',
    details: { ...(before !== undefined && { before }), ...(after !== undefined && { after }), ...(details as object) },
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

/** The version that `If-Match: "3"` names; `*` and no header stand for any. */
function expectedVersion(request: Request): number | undefined {
  const header = request.headers.get('if-match')?.trim() ?? '*';
  if (header === '*') return undefined;
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  const message = 'names no version; send the ETag of the reply that was edited';
  throw new Fault('invalid_input', `If-Match: ${message}`, {
    details: { fields: [{ in: 'header', path: 'If-Match', message }] },
  });
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
