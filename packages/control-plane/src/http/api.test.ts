import {
  commonFaults,
  faultStatus,
  type Route,
  type RouteName,
  roles,
  routeNames,
  routes,
  type WireFaultCode,
} from '@drover/contract';
import { errorResponse, routeSchemas } from '@drover/contract/schemas';
import { Fault } from '@drover/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type HttpReceiver, startHttpReceiver } from '../notifiers/testing/http-receiver.js';
import { routeExamples } from './testing/route-examples.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let receiver: HttpReceiver;
let server: TestServer;
beforeAll(async () => {
  receiver = await startHttpReceiver();
  server = await startTestServer({ notifiers: { ops: { type: 'slack', url: receiver.url } } });
  await server.auth.switchRoles({ operator: true, viewer: true });
});
afterAll(async () => {
  await server.close();
  await receiver.close();
});

interface Call {
  readonly headers?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  /** Instead of the example's; a string is sent as it is. */
  readonly body?: unknown;
  readonly query?: string;
  readonly method?: string;
  /** False: what the example is about is not there. */
  readonly given?: boolean;
}

/** The example of a route, changed in one way or another; as an admin unless told. */
async function call(name: RouteName, change: Call = {}): Promise<Response> {
  const { method, path }: Route = routes[name];
  const example = routeExamples[name];
  const there = change.given === false ? {} : await example.given?.(server);
  const params: Record<string, string> = { queueName: 'email-sending', ...example.params, ...there, ...change.params };
  const body = 'body' in change ? change.body : example.body;
  const sent = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
  const verb = change.method ?? method;
  return fetch(
    `${server.api}${path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(params[key] ?? 'unknown'))}${change.query ?? ''}`,
    {
      method: verb,
      headers: { 'Content-Type': 'application/json', ...(change.headers ?? server.bearer()) },
      ...(sent !== undefined && verb !== 'GET' && verb !== 'HEAD' && { body: sent }),
      signal: AbortSignal.timeout(10_000),
    },
  );
}

async function expectError(response: Response, code: WireFaultCode) {
  const text = await response.text();
  expect({ status: response.status, text }).toMatchObject({ status: faultStatus[code] });
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const body = errorResponse.parse(JSON.parse(text));
  expect(body.code).toBe(code);
  return body;
}

/** Whatever a call is made of: it succeeds, or fails with a code that the table names, in the guide's body. */
async function expectDeclared(name: RouteName, response: Response): Promise<number> {
  const route: Route = routes[name];
  if (response.ok) {
    await response.body?.cancel();
    return response.status;
  }
  const body = errorResponse.parse(await response.json());
  expect([...commonFaults, ...route.faults, 'too_large']).toContain(body.code);
  expect({ status: response.status, body }).not.toMatchObject({ status: 500 });
  return response.status;
}

const tokens = new Map<string, string>();
async function tokenOf(role: (typeof roles)[number]): Promise<Record<string, string>> {
  const token = tokens.get(role) ?? (await server.auth.createToken({ name: role, role })).token;
  tokens.set(role, token);
  return server.bearer(token);
}

const having = (test: (route: Route, name: RouteName) => boolean) =>
  routeNames.filter((name) => test(routes[name], name));
const isRead = ({ method }: Route) => method === 'GET';
const isChange = (route: Route) => !isRead(route) && route.asks !== true;
const hasParameter = ({ path }: Route) => path.includes(':');
const parameterOf = (name: RouteName) => /:(\w+)/.exec(routes[name].path)?.[1] ?? '';
const hasBody = (_: Route, name: RouteName) => routeExamples[name].body !== undefined;
const isJson = ({ stream, download }: Route) => !stream && !download;

describe.each(routeNames)('%s', (name) => {
  const route: Route = routes[name];

  it('answers what its schema says', async () => {
    const response = await call(name);
    expect({ status: response.status, text: response.ok ? '' : await response.text() }).toMatchObject({ status: 200 });
    if (!isJson(route)) await response.body?.cancel();
    else expect(routeSchemas[name].reply.safeParse(await response.json()).error).toBeUndefined();
  });

  it('answers 401 without identity', async () => {
    const response = await call(name, { headers: {}, given: false });
    await expectError(response, 'unauthenticated');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('answers 403 to every role below its own, and names the role it needs', async () => {
    for (const role of roles.slice(0, roles.indexOf(route.role))) {
      const body = await expectError(await call(name, { headers: await tokenOf(role), given: false }), 'forbidden');
      expect(body.details).toEqual({ requiredRole: route.role, role });
      expect(body.error).toContain(route.role);
    }
  });

  it('answers its own role and those above once they are switched on, and only then', async () => {
    for (const role of roles.slice(roles.indexOf(route.role))) {
      const headers = await tokenOf(role);
      if (role !== 'admin') {
        await server.auth.switchRoles({ operator: false, viewer: false });
        await expectError(await call(name, { headers, given: false }), 'forbidden');
        await server.auth.switchRoles({ operator: true, viewer: true });
      }
      const response = await call(name, { headers });
      expect(response.status).toBe(200);
      await response.body?.cancel();
    }
  });

  it('answers 405 to a method it does not have, with those it has', async () => {
    const response = await call(name, { method: 'PUT', given: false });
    await expectError(response, 'method_not_allowed');
    expect(response.headers.get('allow')?.split(', ')).toContain(route.method);
  });

  it('answers 503 or 504 while the engine is away, or from memory; and 200 again when it is back', async () => {
    const away = new Fault('engine_unavailable', 'It is away.', { retryAfterMs: 2_000 });
    const params = await routeExamples[name].given?.(server);
    const setAway = (failure: Fault | null) => {
      server.engine.away = failure !== null;
      for (const part of [server.settings, server.audit, server.reads, server.engine.limiters]) part.failure = failure;
    };
    let response: Response;
    try {
      setAway(away);
      response = await call(name, { given: false, ...(params && { params }) });
    } finally {
      setAway(null);
    }
    if (isChange(route) && name !== 'testAlertNotifier') expect(response.status).toBe(503);
    if (response.status === 503) {
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      await expectError(response, 'engine_unavailable');
    } else {
      expect(response.status).toBe(200);
      await response.body?.cancel();
    }
    const again = await call(name);
    expect(again.status).toBe(200);
    await again.body?.cancel();
  });
});

describe('every read', () => {
  it.each(having((route) => isRead(route)))('%s answers HEAD with the same headers and no body', async (name) => {
    const response = await call(name, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });

  it.each(having((route) => isRead(route)))('%s survives whatever stands in its query', async (name) => {
    const { query } = routeSchemas[name];
    const keys = query instanceof z.ZodObject ? Object.keys(query.shape) : [];
    for (const key of keys) {
      for (const value of [
        '',
        '-1',
        '0',
        '1e9',
        '99999999999999999999',
        'NaN',
        'null',
        '%00',
        '%ff',
        "';--",
        'x'.repeat(6_000),
      ]) {
        await expectDeclared(name, await call(name, { query: `?${key}=${value}` }));
      }
      const twice = await call(name, { query: `?${key}=a&${key}=b` });
      await expectDeclared(name, twice);
    }
    // Caches and proxies add their own.
    const unknown = await call(name, { query: '?_=1&utm=x' });
    expect(unknown.status).toBe(200);
    await unknown.body?.cancel();
  });
});

describe('every path with a name in it', () => {
  it.each(having(hasParameter))('%s refuses a name with line breaks, or too long a one', async (name) => {
    for (const value of ['a\r\nSet-Cookie: x=1', 'a\0b', 'x'.repeat(513)]) {
      const response = await call(name, { params: { [parameterOf(name)]: value }, given: false });
      const error = await expectError(response, 'invalid_input');
      const { fields } = error.details as { fields: { in: string }[] };
      expect(new Set(fields.map((field) => field.in))).toEqual(new Set(['path']));
      expect(response.headers.get('set-cookie')).toBeNull();
    }
  });

  it.each(having(hasParameter))('%s takes a name of any characters, encoded or not', async (name) => {
    const parameter = parameterOf(name);
    for (const value of ['a/b', 'größe', '%2F', '50%', 'a b', '日本語', '..', "'; DROP--", 'x'.repeat(200)]) {
      await expectDeclared(name, await call(name, { params: { [parameter]: value }, given: false }));
      // The guide's client puts names into paths as they are.
      const { method, path }: Route = routes[name];
      const body = routeExamples[name].body;
      const raw = await fetch(`${server.api}${path.replace(/:\w+/, value)}`, {
        method,
        headers: { ...server.bearer(), 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      // `..` unencoded is another path before it is sent.
      if (value === '..') await raw.body?.cancel();
      else await expectDeclared(name, raw);
    }
  });

  it.each(having((route) => hasParameter(route) && route.faults.includes('not_found')))(
    '%s answers 404 for a thing that is not there',
    async (name) => {
      const { bodyOfMissing } = routeExamples[name];
      const params = { [parameterOf(name)]: 'nowhere-at-all' };
      const response = await call(name, {
        params,
        given: false,
        ...(bodyOfMissing !== undefined && { body: bodyOfMissing }),
      });
      const body = await expectError(response, 'not_found');
      expect(body.error).toContain('nowhere-at-all');
    },
  );
});

describe('every change', () => {
  it.each(having(isChange))('%s refuses an unknown field of the body, by its name', async (name) => {
    const body = { ...(routeExamples[name].body as object), surprise: 1 };
    const error = await expectError(await call(name, { body, given: false }), 'invalid_input');
    const { fields } = error.details as { fields: { in: string; path: string }[] };
    expect(fields).toContainEqual(expect.objectContaining({ in: 'body', path: 'surprise' }));
  });

  it.each(having(isChange))(
    '%s refuses a body that is no JSON object, is too large, or is not called JSON',
    async (name) => {
      const refused = async (body: unknown, code: WireFaultCode, headers = {}) =>
        expectError(await call(name, { body, headers: { ...server.bearer(), ...headers }, given: false }), code);
      for (const body of ['{"a":', 'nonsense', '[]', '7', '"text"', `${'['.repeat(50_000)}${']'.repeat(50_000)}`]) {
        await refused(body, 'invalid_input');
      }
      await refused('x'.repeat(300_000), 'too_large');
      await refused('{"a":1}', 'invalid_input', { 'Content-Type': 'text/plain' });
    },
  );

  it.each(having((route, name) => isChange(route) && hasBody(route, name)))(
    '%s survives whatever stands in each field of its body, and refuses it by its place',
    async (name) => {
      const example = routeExamples[name].body as Record<string, unknown>;
      for (const path of leavesOf(example)) {
        const statuses = new Set<number>();
        for (const value of [
          [],
          {},
          [[1]],
          -1,
          1e300,
          0.5,
          true,
          '',
          'a\0b',
          '\ud800',
          'x'.repeat(20_000),
          { a: { b: 1 } },
        ]) {
          statuses.add(await expectDeclared(name, await call(name, { body: withValue(example, path, value) })));
        }
        expect({ path, refused: statuses.has(400) }).toEqual({ path, refused: true });
      }
    },
  );

  it.each(having((route) => route.method === 'PATCH' && route.faults.includes('conflict')))(
    '%s answers 409 when the version that it was edited over no longer stands',
    async (name) => {
      const ifMatch = (version: string) => call(name, { headers: { ...server.bearer(), 'If-Match': version } });
      const response = await call(name);
      const etag = response.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"\d+"$/);
      await response.body?.cancel();
      expect((await ifMatch(etag)).status).toBe(200);
      await expectError(await ifMatch(etag), 'conflict');
      await expectError(await ifMatch('yesterday'), 'invalid_input');
    },
  );

  it.each(having(isChange))('%s is written down: who, what, on what, and with which result', async (name) => {
    await server.trail.flush();
    const from = server.audit.entries.length;
    const response = await call(name);
    expect(response.status).toBe(200);
    await server.trail.flush();
    const action = (routes[name] as Route).audit ?? name;
    // Without what counts the refusals of tests before, where this call let the clock run.
    const isOwn = (details: unknown) => !Object.hasOwn(details as object, 'repeated');
    const entries = server.audit.entries.slice(from).filter((entry) => entry.action === action && isOwn(entry.details));
    expect(entries.at(-1)).toMatchObject({
      actor: 'token:DROVER_API_TOKEN',
      role: 'admin',
      from: '127.0.0.1',
      result: 'done',
      target: expect.stringMatching(/./),
    });
    expect(entries).toHaveLength(1);
  });
});

it('refuses unknown paths below the API only to those who may know', async () => {
  const unknown = `${server.api}/nowhere`;
  expect((await fetch(unknown)).status).toBe(401);
  await expectError(await fetch(unknown, { headers: server.bearer() }), 'not_found');
});

it('answers 501 for no route: each is served', () => {
  expect(having((route) => !route.served)).toEqual([]);
});

/** Paths of the values that are no objects. */
function leavesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[...path]];
  return Object.entries(value).flatMap(([key, held]) => leavesOf(held, [...path, key]));
}

function withValue(holder: unknown, [key = '', ...rest]: readonly string[], value: unknown): unknown {
  const held = holder as Record<string, unknown>;
  return { ...held, [key]: rest.length === 0 ? value : withValue(held[key], rest, value) };
}
