import { type AuthProvider, type AuthSession, authBasePath } from '@drover/contract';
import { Fault, isFault } from '@drover/core';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Auth, SignIn } from '../auth/create-auth.js';
import type { Identity } from '../auth/identity.js';
import { type Caller, type Connection, callerOf } from './connection.js';
import { readCookie, writeCookie } from './cookies.js';
import { credentialsOf } from './credentials.js';
import { errorReply, faultReply, jsonReply } from './error-reply.js';
import { readBounded } from './read-input.js';
import { isCrossSite } from './same-site.js';

export interface AuthRouteOptions {
  readonly auth: Auth;
  readonly trustProxy: boolean;
  readonly log: Logger;
}

/** The dashboard's own page; where next-auth's client sends people who must sign in. */
const SIGN_IN_PATH = '/sign-in';
const MAX_FORM_BYTES = 16 * 1_024;

/** The endpoints that next-auth's client calls, with its shapes: the guide's code signs in through them unchanged. */
export function createAuthRoutes({ auth, trustProxy, log }: AuthRouteOptions): Hono<{ Bindings: Connection }> {
  const app = new Hono<{ Bindings: Connection }>().basePath(authBasePath);
  const callerFor = (request: Request, connection: Connection) => callerOf(request, connection, trustProxy);
  const identify = (request: Request, caller: Caller) =>
    auth.identify({ cookie: credentialsOf(request, caller).cookie });

  app.get('/session', async (context) => {
    const caller = callerFor(context.req.raw, context.env);
    const identity = await identify(context.req.raw, caller);
    if (!identity) {
      // A cookie that is worth nothing is taken away, or it would be decrypted at every call.
      const dead = readCookie(context.req.raw, 'session-token', caller) !== undefined;
      return jsonReply({}, 200, dead ? { 'Set-Cookie': writeCookie('session-token', '', caller, 0) } : {});
    }
    const renewed = await auth.renew(identity);
    return jsonReply(sessionOf(renewed?.identity ?? identity), 200, renewed ? sessionCookie(renewed, caller) : {});
  });

  app.get('/csrf', (context) => {
    const caller = callerFor(context.req.raw, context.env);
    const { token, cookie } = auth.issueCsrf(readCookie(context.req.raw, 'csrf-token', caller));
    return jsonReply({ csrfToken: token }, 200, { 'Set-Cookie': writeCookie('csrf-token', cookie, caller) });
  });

  app.get('/providers', (context) => {
    const { origin } = callerFor(context.req.raw, context.env);
    const credentials: AuthProvider = {
      id: 'credentials',
      name: 'E-mail and password',
      type: 'credentials',
      signinUrl: `${origin}${authBasePath}/signin/credentials`,
      callbackUrl: `${origin}${authBasePath}/callback/credentials`,
    };
    return jsonReply({ credentials });
  });

  // Where next-auth's client goes when it cannot sign in by itself.
  for (const path of ['/signin', '/signin/credentials', '/error', '/signout']) {
    app.get(path, (context) => redirect(`${SIGN_IN_PATH}${new URL(context.req.url).search}`));
  }

  app.post('/callback/credentials', async (context) => {
    const request = context.req.raw;
    const caller = callerFor(request, context.env);
    const form = await readForm(request);
    const asJson = form.json === 'true';
    const callbackUrl = sameOrigin(form.callbackUrl, caller);
    const fail = (fault: Fault, reason: string) => {
      const url = new URL(SIGN_IN_PATH, caller.origin);
      url.searchParams.set('error', reason);
      url.searchParams.set('callbackUrl', callbackUrl);
      return asJson ? withUrl(faultReply(fault), url.href) : redirect(url.href);
    };
    const csrfCookie = readCookie(request, 'csrf-token', caller);
    if (isCrossSite(request, caller) || !auth.checkCsrf(csrfCookie, form.csrfToken ?? '')) {
      return fail(new Fault('forbidden', 'The sign-in form is too old. Reload the page and try again.'), 'MissingCSRF');
    }
    try {
      const { email = form.username ?? '', password = '' } = form;
      const signedIn = await auth.signIn({ email, password, address: caller.address });
      const headers = sessionCookie(signedIn, caller);
      return asJson ? jsonReply({ url: callbackUrl }, 200, headers) : redirect(callbackUrl, headers);
    } catch (error) {
      if (isFault(error, 'unauthenticated')) return fail(error, 'CredentialsSignin');
      if (isFault(error, 'rate_limited')) return fail(error, 'TooManyRequests');
      throw error;
    }
  });

  app.post('/signout', async (context) => {
    const request = context.req.raw;
    const caller = callerFor(request, context.env);
    const form = await readForm(request);
    if (
      isCrossSite(request, caller) ||
      !auth.checkCsrf(readCookie(request, 'csrf-token', caller), form.csrfToken ?? '')
    ) {
      return faultReply(new Fault('forbidden', 'The sign-out form is too old. Reload the page and try again.'));
    }
    const identity = await identify(request, caller);
    if (identity) await auth.signOut(identity, caller.address);
    const url = sameOrigin(form.callbackUrl, caller);
    const headers = { 'Set-Cookie': writeCookie('session-token', '', caller, 0) };
    return form.json === 'true' ? jsonReply({ url }, 200, headers) : redirect(url, headers);
  });

  // next-auth's client reports its own errors here. Anybody may, so nothing is kept.
  app.post('/_log', async (context) => {
    await readBounded(context.req.raw, MAX_FORM_BYTES);
    return jsonReply({});
  });

  app.all('*', () => faultReply(new Fault('not_found', 'There is no such sign-in endpoint, or not with this method.')));
  app.onError((error) => errorReply(error, log));
  return app;
}

function sessionOf({ id, name, email, role, session }: Identity): AuthSession {
  return { user: { id, name, email, role }, expires: new Date(session?.expiresAtMs ?? 0).toISOString() };
}

function sessionCookie({ cookie, identity }: SignIn, caller: Caller): Record<string, string> {
  return { 'Set-Cookie': writeCookie('session-token', cookie, caller, identity.session?.expiresAtMs) };
}

/** Form-encoded as next-auth sends it, or JSON; values that are no text are left out. */
async function readForm(request: Request): Promise<Record<string, string | undefined>> {
  const text = (await readBounded(request, MAX_FORM_BYTES)).toString('utf8');
  if (!request.headers.get('content-type')?.includes('json')) return Object.fromEntries(new URLSearchParams(text));
  let fields: unknown;
  try {
    fields = JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw new Fault('invalid_input', 'The body is not valid JSON.');
  }
  const entries = Object.entries(Object(fields) as Record<string, unknown>);
  return Object.fromEntries(
    entries
      .filter(([, value]) => typeof value === 'string' || typeof value === 'boolean')
      .map(([key, value]) => [key, String(value)]),
  );
}

/** Never to another site: a link to our sign-in must not end on a page that looks like ours. */
function sameOrigin(wish: string | undefined, { origin }: Caller): string {
  try {
    const url = new URL(wish ?? '/', origin);
    return url.origin === origin ? url.href : `${origin}/`;
  } catch {
    return `${origin}/`;
  }
}

function redirect(location: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 302, headers: { Location: location, 'Cache-Control': 'no-store', ...headers } });
}

/** next-auth's client parses `url` of any reply, also of a refusal. */
async function withUrl(response: Response, url: string): Promise<Response> {
  const body = (await response.json()) as object;
  return new Response(JSON.stringify({ ...body, url }), { status: response.status, headers: response.headers });
}
