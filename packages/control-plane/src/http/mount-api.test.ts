import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { QueueSystemApiClient } from '@drover/client';
import { apiBasePath, type Role } from '@drover/contract';
import { type Logger, pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { HostUser } from './hosted-access.js';
import { type Middleware, type MountedApi, mountApi, toMiddleware } from './mount-api.js';
import { liveSnapshot } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

/** Its stores and services; it is not called itself. */
let parts: TestServer;
let api: MountedApi;
let logged: string[];
/** What the host's sign-in says of a request. */
let authorize: (request: Request) => HostUser | null | Promise<HostUser | null>;

const userOf = (role: Role): HostUser => ({ id: 'u1', name: 'Ada', role });

beforeEach(async () => {
  parts = await startTestServer();
  logged = [];
  authorize = (request) => (request.headers.get('cookie') === 'host=ada' ? userOf('admin') : null);
  api = mount();
});
afterEach(async () => {
  await api.close();
  await parts.close();
});

function mount(options: { basePath?: string; heartbeatMs?: number } = {}): MountedApi {
  const log: Logger = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
  return mountApi({
    reads: parts.reads,
    services: parts.services,
    authorize: (request) => authorize(request),
    log,
    ...(options.basePath && { basePath: options.basePath }),
    ...(options.heartbeatMs && { events: { heartbeatMs: options.heartbeatMs } }),
  });
}

const call = (path: string, init: RequestInit = {}) =>
  api.fetch(
    new Request(`http://host.test${apiBasePath}${path}`, {
      ...init,
      headers: { Cookie: 'host=ada', ...init.headers },
    }),
  );

describe('a mounted API', () => {
  it('serves whoever the host lets in, and nobody else', async () => {
    expect(await (await call('/dashboard')).json()).toMatchObject({ totalQueues: 1 });
    const refused = await call('/dashboard', { headers: { Cookie: 'host=eve' } });
    expect([refused.status, await refused.json()]).toMatchObject([401, { success: false, code: 'unauthenticated' }]);
  });

  it("does not take Drover's own credentials for the host's", async () => {
    authorize = () => null;
    const response = await call('/dashboard', { headers: { Authorization: 'Bearer a-token-of-the-environment' } });
    expect(response.status).toBe(401);
  });

  it.each([
    ['viewer', 200, 403],
    ['operator', 200, 400],
    ['admin', 200, 400],
  ] as const)('gives a %s the rights of the role that the host names', async (role, read, change) => {
    authorize = () => userOf(role);
    expect((await call('/dashboard')).status).toBe(read);
    // A body that is refused by its schema: the role was let through.
    const init = { method: 'POST', body: '{"status":"none"}', headers: { 'Content-Type': 'application/json' } };
    expect((await call('/queues/q/clean', init)).status).toBe(change);
  });

  it("refuses a change that another site's page makes, with the host's cookie", async () => {
    const post = (headers: Record<string, string>) => call('/queues/email-sending/pause', { method: 'POST', headers });
    expect((await post({ Origin: 'https://evil.test', 'Sec-Fetch-Site': 'cross-site' })).status).toBe(403);
    expect((await post({ Origin: 'https://evil.test' })).status).toBe(403);
    expect((await post({ Origin: 'http://host.test' })).status).not.toBe(403);
    // A host behind a proxy writes its inner address into the URL; the page's own origin still counts.
    expect((await post({ Origin: 'https://shop.test', Host: 'shop.test' })).status).not.toBe(403);
  });

  it('writes refusals to the audit log under the name that the host gave', async () => {
    authorize = () => userOf('viewer');
    await call('/queues/email-sending/pause', { method: 'POST' });
    await parts.trail.flush();
    expect(parts.audit.entries).toMatchObject([
      { actor: 'user:u1', role: 'viewer', action: 'queue.pause', target: 'queue:email-sending', result: 'refused' },
    ]);
  });

  it('answers 500 and says why in the log when the host answers nonsense or fails', async () => {
    for (const broken of [
      () => ({ id: '', name: 'x', role: 'admin' }) as HostUser,
      () => ({ id: 'x', name: 'x', role: 'root' }) as unknown as HostUser,
      () => Promise.reject(new Error('the session store is away')),
    ]) {
      authorize = broken;
      expect((await call('/dashboard')).status).toBe(500);
    }
    expect(logged.join()).toContain('authorize must answer null or');
    expect(logged.join()).toContain('the session store is away');
  });

  it('makes no promise of https for the whole host', async () => {
    const response = await api.fetch(
      new Request(`https://host.test${apiBasePath}/dashboard`, { headers: { Cookie: 'host=ada' } }),
    );
    expect(response.headers.get('strict-transport-security')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('stands at another path when told', async () => {
    const elsewhere = mount({ basePath: '/jobs/api' });
    const at = (path: string) => new Request(`http://host.test${path}`, { headers: { Cookie: 'host=ada' } });
    expect((await elsewhere.fetch(at('/jobs/api/dashboard'))).status).toBe(200);
    expect((await elsewhere.fetch(at(`${apiBasePath}/dashboard`))).status).toBe(404);
    await elsewhere.close();
  });

  it('streams events, and ends them soon after the host lets the caller in no more', async () => {
    await api.close();
    api = mount({ heartbeatMs: 5 });
    const response = await call('/events');
    const reader = response.body?.getReader();
    const text = new TextDecoder();
    let seen = '';
    const read = async () => {
      const part = await reader?.read();
      seen += text.decode(part?.value);
      return part?.done;
    };
    await vi.waitFor(async () => {
      await read();
      expect(seen).toContain('event: snapshot');
    });
    parts.reads.publish(liveSnapshot({ seq: 2 }));
    await vi.waitFor(async () => {
      await read();
      expect(seen).toContain('event: delta');
    });
    authorize = () => null;
    await vi.waitFor(async () => expect(await read()).toBe(true));
  });
});

describe('in a server of Node', () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  /** A host like Express: cuts the mount path off the URL, may have read the body, has pages of its own. */
  async function host(wrap: (middleware: Middleware) => Middleware): Promise<string> {
    const handle = wrap(toMiddleware(api));
    server = createServer((incoming, outgoing) => handle(incoming, outgoing, () => void outgoing.end('the host')));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it('passes on what is not below its path', async () => {
    const url = await host((middleware) => middleware);
    expect(await (await fetch(`${url}/`)).text()).toBe('the host');
    expect((await fetch(`${url}${apiBasePath}/dashboard`)).status).toBe(401);
  });

  it('finds its path behind a mount point, and the body behind a parser', async () => {
    const url = await host((middleware) => (incoming, outgoing, next) => {
      const parts: Buffer[] = [];
      incoming.on('data', (part: Buffer) => parts.push(part));
      incoming.on('end', () => {
        const body: unknown = parts.length > 0 ? JSON.parse(Buffer.concat(parts).toString()) : undefined;
        const originalUrl = incoming.url ?? '';
        Object.assign(incoming, { originalUrl, url: originalUrl.slice(apiBasePath.length), body });
        middleware(incoming, outgoing, next);
      });
    });
    const headers = { Cookie: 'host=ada', 'Content-Type': 'application/json' };
    const post = (path: string, body?: string) =>
      fetch(`${url}${apiBasePath}${path}`, { method: 'POST', headers, ...(body !== undefined && { body }) });
    const refused = await post('/queues/q/clean', '{"status":"none"}');
    expect([refused.status, await refused.json()]).toMatchObject([400, { details: { fields: [{ path: 'status' }] } }]);
    // As the guide's client sends it: a JSON content type and no body.
    expect((await post('/queues/q/pause')).status).not.toBe(400);
  });

  it('streams events to the client', async () => {
    const url = await host((middleware) => middleware);
    const client = new QueueSystemApiClient({ baseUrl: url + apiBasePath, headers: { Cookie: 'host=ada' } });
    const onDelta = vi.fn();
    const stream = client.openEvents({ onSnapshot: () => parts.reads.publish(liveSnapshot({ seq: 2 })), onDelta });
    await vi.waitFor(() => expect(onDelta).toHaveBeenCalledOnce());
    stream.close();
  });
});
