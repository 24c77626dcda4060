import { faultStatus, type Route, type RouteName, roles, routeNames, routes } from '@drover/contract';
import { errorResponse, routeSchemas } from '@drover/contract/schemas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const bodies: Partial<Record<RouteName, unknown>> = {
  cleanQueue: { status: 'failed' },
  recycleWorker: { reason: 'memory' },
  updateScalingPolicy: { minWorkers: 1 },
  updateTimeout: { timeout: 1_000 },
};

function call(name: RouteName, headers: Record<string, string> = {}, override: RequestInit = {}): Promise<Response> {
  const { method, path }: Route = routes[name];
  const body = bodies[name];
  return fetch(`${server.api}${path.replace(/:\w+/g, 'email-sending')}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5_000),
    ...override,
  });
}

async function expectError(response: Response, code: keyof typeof faultStatus) {
  expect(response.status).toBe(faultStatus[code]);
  expect(response.headers.get('content-type')).toMatch(/^application\/json/);
  const body = errorResponse.parse(await response.json());
  expect(body.code).toBe(code);
  return body;
}

async function tokenOf(role: (typeof roles)[number]): Promise<Record<string, string>> {
  const { token } = await server.auth.createToken({ name: role, role });
  return server.bearer(token);
}

describe.each(routeNames)('%s', (name) => {
  const route: Route = routes[name];

  it('answers 401 without identity', async () => {
    const response = await call(name);
    await expectError(response, 'unauthenticated');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('answers 403 to every role below its own, and names the role it needs', async () => {
    await server.auth.switchRoles({ operator: true, viewer: true });
    for (const role of roles.slice(0, roles.indexOf(route.role))) {
      const body = await expectError(await call(name, await tokenOf(role)), 'forbidden');
      expect(body.details).toEqual({ requiredRole: route.role, role });
      expect(body.error).toContain(route.role);
    }
  });

  it('answers its own role once that is switched on, and only then', async () => {
    const token = await tokenOf(route.role);
    await server.auth.switchRoles({ operator: false, viewer: false });
    if (route.role !== 'admin') await expectError(await call(name, token), 'forbidden');
    await server.auth.switchRoles({ operator: true, viewer: true });
    const response = await call(name, token);
    expect(response.status).toBe(route.served ? 200 : 501);
    await response.body?.cancel();
  });

  it('answers 405 to a method it does not have, with those it has', async () => {
    const response = await call(name, server.bearer(), { method: 'DELETE' });
    await expectError(response, 'method_not_allowed');
    expect(response.headers.get('allow')).toContain(route.method);
  });
});

const having = (test: (route: Route) => boolean) => routeNames.filter((name) => test(routes[name]));

it.each(having((route) => !route.served))(
  '%s answers 501 with the error body of the guide until it is served',
  async (name) => {
    await expectError(await call(name, server.bearer()), 'not_implemented');
  },
);

it.each(having((route) => route.served && route.stream !== true))('%s answers what its schema says', async (name) => {
  const response = await call(name, server.bearer());
  const body: unknown = await response.json();
  expect(routeSchemas[name].reply.safeParse(body).error).toBeUndefined();
});

it.each(having((route) => route.method !== 'GET'))(
  '%s refuses an unknown field of the body, by its name',
  async (name) => {
    const body = JSON.stringify({ ...(bodies[name] as object), surprise: 1 });
    const error = await expectError(await call(name, server.bearer(), { body }), 'invalid_input');
    expect(error.details).toMatchObject({ fields: [{ in: 'body', path: 'surprise' }] });
  },
);

it.each(having((route) => route.method !== 'GET'))(
  '%s refuses a body that is no JSON, is too large, or is not called JSON',
  async (name) => {
    await expectError(await call(name, server.bearer(), { body: '{"a":' }), 'invalid_input');
    await expectError(await call(name, server.bearer(), { body: 'x'.repeat(300_000) }), 'too_large');
    await expectError(
      await call(name, { ...server.bearer(), 'Content-Type': 'text/plain' }, { body: '{"a":1}' }),
      'invalid_input',
    );
  },
);

it.each(having((route) => route.path.includes(':')))('%s refuses a name with line breaks', async (name) => {
  const route: Route = routes[name];
  const path = route.path.replace(/:\w+/g, 'a%0D%0ASet-Cookie:%20x=1');
  const response = await fetch(`${server.api}${path}`, {
    method: route.method,
    headers: { ...server.bearer(), 'Content-Type': 'application/json' },
    ...(bodies[name] !== undefined && { body: JSON.stringify(bodies[name]) }),
  });
  const error = await expectError(response, 'invalid_input');
  expect(error.details).toMatchObject({ fields: [{ in: 'path' }] });
  expect(response.headers.get('set-cookie')).toBeNull();
});

it('refuses unknown paths below the API only to those who may know', async () => {
  const unknown = `${server.api}/nowhere`;
  expect((await fetch(unknown)).status).toBe(401);
  await expectError(await fetch(unknown, { headers: server.bearer() }), 'not_found');
});
