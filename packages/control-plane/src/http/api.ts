import { apiBasePath, matchRoute, type RouteMatch } from '@drover/contract';
import { Fault } from '@drover/core';
import type { Logger } from 'pino';
import type { Identity } from '../auth/identity.js';
import type { AuditTrail } from '../use-cases/audit/audit-trail.js';
import type { Access } from './access.js';
import { auditDone, auditFailed, type Call } from './call-audit.js';
import { type Caller, type Connection, callerOf } from './connection.js';
import type { DocsPages } from './docs/docs-pages.js';
import { errorReply, faultReply } from './error-reply.js';
import { isServed, type RouteHandlers } from './handlers/index.js';
import type { RouteContext } from './handlers/route-context.js';
import { readInput } from './read-input.js';
import { isCrossSite } from './same-site.js';

export interface ApiOptions {
  readonly access: Access;
  readonly handlers: RouteHandlers;
  /** The API's description of itself, for whoever may read anything. */
  readonly docs: DocsPages;
  readonly trail: AuditTrail;
  readonly trustProxy: boolean;
  /** Where the API is; the guide's path unless told. */
  readonly basePath?: string;
  readonly log: Logger;
}

/**
 * Answers every path below the API's base. In this order, so that nothing is learnt without
 * identity: who is it, does the path exist, may they, is the input right, is it served.
 */
export function createApi({ access, docs, handlers, trail, trustProxy, basePath = apiBasePath, log }: ApiOptions) {
  return async (request: Request, connection: Connection): Promise<Response> => {
    const caller = callerOf(request, connection, trustProxy);
    const url = new URL(request.url);
    const path = url.pathname.slice(basePath.length);
    const call: Call = { caller, identity: null, match: null, note: null };
    try {
      const identity = await access.identify(request, caller);
      if (!identity) throw new Fault('unauthenticated', 'Sign in, or send a valid API token.');
      call.identity = identity;
      const page = docs(request, path);
      if (page) {
        const refusal = access.refuses(identity, 'viewer');
        if (refusal) throw refusal;
        return page;
      }
      const found = matchRoute(request.method, path);
      if (found.kind === 'not_found') throw new Fault('not_found', 'The API has no such path.');
      if (found.kind === 'method_not_allowed') return wrongMethod(request, found.allow);
      const { match } = found;
      call.match = match;
      allow(access, match, request, caller, identity);
      const input = await readInput(match, request, url);
      call.body = input.body;
      const { name } = match;
      if (!isServed(name)) throw new Fault('not_implemented', 'This version of Drover does not serve this call yet.');
      // Each route's schema made the input that its own handler takes; indexing loses the pairing.
      const handle = handlers[name] as (input: unknown, context: RouteContext) => Response | Promise<Response>;
      const response = await handle(input, {
        request,
        connection,
        secure: caller.secure,
        match,
        identity,
        isCurrent: () => access.isCurrent(identity),
        expectedVersion: expectedVersion(request),
        noteChange: (note) => {
          call.note = note;
        },
      } satisfies RouteContext);
      await auditDone(trail, call);
      // The headers of a stream are on their way already.
      return match.route.stream ? response : await withRenewedCookie(access, identity, caller, response);
    } catch (error) {
      auditFailed(trail, call, error);
      return errorReply(error, log);
    }
  };
}

function allow(access: Access, match: RouteMatch, request: Request, caller: Caller, identity: Identity): void {
  // A bearer token is never sent by a browser of itself, so another site cannot use it.
  if (match.route.method !== 'GET' && identity.kind === 'user' && isCrossSite(request, caller)) {
    throw new Fault('forbidden', 'This request comes from another site.');
  }
  const refusal = access.refuses(identity, match.route.role);
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
  access: Access,
  identity: Identity,
  caller: Caller,
  response: Response,
): Promise<Response> {
  const cookie = await access.renewedCookie(identity, caller);
  if (cookie !== undefined) response.headers.append('Set-Cookie', cookie);
  return response;
}
