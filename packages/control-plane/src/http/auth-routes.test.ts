import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAuth } from '../auth/create-auth.js';
import { SettingsCache } from '../use-cases/settings-cache.js';
import { cookieName } from './cookies.js';
import { Browser } from './testing/browser.js';
import { adminEmail, adminPassword, startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
let browser: Browser;
beforeEach(async () => {
  server = await startTestServer();
  browser = new Browser(server.url);
  await server.auth.createUser({ email: adminEmail, name: 'Ada', password: adminPassword });
});
afterEach(() => server.close());

const sessionCookie = (origin = server.url) => cookieName('session-token', { secure: false, origin });
const dashboard = async (who = browser) => (await who.fetch('/api/admin/queue-system/dashboard')).status;
const hours = (count: number) => count * 3_600_000;

describe("next-auth's client", () => {
  it('finds the provider, signs in, reads the session, signs out', async () => {
    const providers = (await (await browser.fetch('/api/auth/providers')).json()) as Record<string, unknown>;
    expect(providers).toMatchObject({ credentials: { id: 'credentials', type: 'credentials' } });
    expect(await browser.getSession()).toBeNull();
    expect(await browser.signIn(adminEmail, adminPassword)).toMatchObject({
      error: null,
      status: 200,
      ok: true,
      url: `${server.url}/queues`,
    });
    expect(await browser.getSession()).toEqual({
      user: { id: adminEmail, name: 'Ada', email: adminEmail, role: 'admin' },
      expires: new Date(server.clock.ms + hours(8)).toISOString(),
    });
    expect(await dashboard()).toBe(200);
    expect(await browser.signOut()).toEqual({ url: `${server.url}/` });
    expect(await browser.getSession()).toBeNull();
    expect(await dashboard()).toBe(401);
  });

  it('is told of a wrong password as it expects it', async () => {
    expect(await browser.signIn(adminEmail, 'wrong password')).toMatchObject({
      error: 'CredentialsSignin',
      status: 401,
      ok: false,
      url: null,
    });
  });

  it('is led to the sign-in page of the dashboard', async () => {
    const response = await browser.fetch('/api/auth/signin?callbackUrl=%2Fqueues');
    expect([response.status, response.headers.get('location')]).toEqual([302, '/sign-in?callbackUrl=%2Fqueues']);
  });

  it('may report its errors, of which nothing is kept', async () => {
    const report = { method: 'POST', body: new URLSearchParams({ level: 'error', code: 'X' }) };
    expect((await browser.fetch('/api/auth/_log', report)).status).toBe(200);
    expect((await browser.fetch('/api/auth/_log', { method: 'POST', body: 'x'.repeat(20_000) })).status).toBe(413);
    expect(server.logged).toEqual([]);
  });

  it('asks for the session as often as it likes without asking the engine', async () => {
    await browser.signIn(adminEmail, adminPassword);
    const { calls } = server.settings;
    for (let count = 0; count < 50; count += 1) await browser.getSession();
    expect(server.settings.calls).toBe(calls);
  });
});

it('signs in a form without JavaScript by redirects, and JSON without next-auth', async () => {
  const csrfToken = await browser.getCsrfToken();
  const form = new URLSearchParams({ email: adminEmail, password: adminPassword, csrfToken, callbackUrl: '/queues' });
  const plain = await browser.fetch('/api/auth/callback/credentials', { method: 'POST', body: form });
  expect([plain.status, plain.headers.get('location')]).toEqual([302, `${server.url}/queues`]);
  const json = await browser.fetch('/api/auth/callback/credentials', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: adminEmail, password: adminPassword, csrfToken, json: true }),
  });
  expect(await json.json()).toEqual({ url: `${server.url}/` });
});

it('never leads to another site', async () => {
  for (const callbackUrl of ['https://evil.example/', '//evil.example', 'javascript:alert(1)', 'http://[']) {
    expect((await browser.signIn(adminEmail, adminPassword, callbackUrl)).url).toBe(`${server.url}/`);
  }
});

describe('sessions', () => {
  it('roll while they are used, and end 7 days after the sign-in all the same', async () => {
    await browser.signIn(adminEmail, adminPassword);
    const signedInAt = server.clock.ms;
    for (let hour = 0; hour < 7 * 24 - 1; hour += 7) {
      server.clock.advance(hours(7));
      if (server.clock.ms - signedInAt < hours(7 * 24)) expect(await dashboard()).toBe(200);
    }
    server.clock.ms = signedInAt + hours(7 * 24) - 1_000;
    expect((await browser.getSession())?.expires).toBe(new Date(signedInAt + hours(7 * 24)).toISOString());
    server.clock.advance(1_000);
    expect(await dashboard()).toBe(401);
  });

  it('end after 8 hours without use, and their cookie is taken away', async () => {
    await browser.signIn(adminEmail, adminPassword);
    server.clock.advance(hours(8));
    expect(await dashboard()).toBe(401);
    expect(await browser.getSession()).toBeNull();
    expect([...browser.cookies.keys()]).toEqual([cookieName('csrf-token', { secure: false, origin: server.url })]);
  });

  it('that were signed out are refused on every replica, though the cookie was kept', async () => {
    await browser.signIn(adminEmail, adminPassword);
    const kept = new Map(browser.cookies);
    const other = new SettingsCache({ settings: server.settings });
    await other.refresh();
    const replica = await createAuth({ settings: other, audit: server.trail, clock: server.clock });
    const cookie = kept.get(sessionCookie()) ?? '';
    expect(await replica.identify({ cookie })).toMatchObject({ id: adminEmail });
    await browser.signOut();
    for (const [name, value] of kept) browser.cookies.set(name, value);
    expect(await dashboard()).toBe(401);
    await other.refresh();
    expect(await replica.identify({ cookie })).toBeNull();
  });

  it('end with the password, with the account, and change with the role', async () => {
    await browser.signIn(adminEmail, adminPassword);
    await server.auth.setPassword(adminEmail, 'another long password');
    expect(await dashboard()).toBe(401);
    await browser.signIn(adminEmail, 'another long password');
    expect(await dashboard()).toBe(200);
    await server.auth.setRole(adminEmail, 'viewer');
    expect(await dashboard()).toBe(403);
    await server.auth.switchRoles({ viewer: true, operator: false });
    expect(await dashboard()).toBe(200);
    await server.auth.disableUser(adminEmail);
    expect(await dashboard()).toBe(401);
    expect((await browser.signIn(adminEmail, 'another long password')).status).toBe(401);
  });

  it('go on while the engine is away', async () => {
    await browser.signIn(adminEmail, adminPassword);
    server.settings.failure = new Error('connection refused');
    expect(await dashboard()).toBe(200);
    expect(await browser.getSession()).not.toBeNull();
  });

  it.each(['nonsense', 'a.b.c.d.e', '', `eyJhbGciOiJub25lIn0.e30.`, 'x'.repeat(10_000)])(
    'are not made by the cookie %#',
    async (cookie) => {
      browser.cookies.set(sessionCookie(), cookie);
      expect(await dashboard()).toBe(401);
      expect(await browser.getSession()).toBeNull();
    },
  );

  it('of another Drover are worth nothing here', async () => {
    const other = await startTestServer();
    await other.auth.createUser({ email: adminEmail, password: adminPassword });
    const foreign = new Browser(other.url);
    await foreign.signIn(adminEmail, adminPassword);
    const cookie = foreign.cookies.get(sessionCookie(other.url)) ?? '';
    browser.cookies.set(sessionCookie(), cookie);
    expect(await dashboard()).toBe(401);
    await other.close();
  });
});

describe('cookies', () => {
  it('are kept from scripts and other sites', async () => {
    const { response } = await browser.signIn(adminEmail, adminPassword);
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^drover-\d+\.session-token=\S+; Path=\/; HttpOnly; SameSite=Lax; Expires=/,
    );
  });

  it('are bound to https and the host behind a proxy that ends TLS', async () => {
    await server.close();
    server = await startTestServer({ trustProxy: true });
    await server.auth.createUser({ email: adminEmail, password: adminPassword });
    const proxied = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'drover.example',
      Origin: 'https://drover.example',
    };
    browser = new Browser(server.url, proxied);
    const { response, url } = await browser.signIn(adminEmail, adminPassword, 'https://drover.example/queues');
    expect(url).toBe('https://drover.example/queues');
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^__Host-drover\.session-token=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure; /,
    );
    expect(response.headers.get('strict-transport-security')).toContain('max-age');
    expect(await dashboard()).toBe(200);
  });

  it('of two Drovers on one host do not put each other out', async () => {
    const other = await startTestServer();
    await other.auth.createUser({ email: adminEmail, password: adminPassword });
    const theirs = new Browser(other.url);
    await browser.signIn(adminEmail, adminPassword);
    await theirs.signIn(adminEmail, adminPassword);
    // A browser sends the cookies of a host to each of its ports.
    for (const [name, value] of theirs.cookies) browser.cookies.set(name, value);
    expect(await dashboard()).toBe(200);
    await other.close();
  });

  it('ignore forwarded headers that nobody vouches for', async () => {
    const liar = new Browser(server.url, { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '10.0.0.1' });
    const { response } = await liar.signIn(adminEmail, 'wrong password');
    expect(response.headers.get('strict-transport-security')).toBeNull();
    await server.trail.flush();
    expect(server.audit.entries.at(-1)).toMatchObject({
      action: 'session.create',
      result: 'refused',
      from: '127.0.0.1',
    });
  });
});

describe('cross-site requests', () => {
  const pause = (headers: Record<string, string>) =>
    browser.fetch('/api/admin/queue-system/queues/email-sending/pause', { method: 'POST', headers });

  it('change nothing with a session, and are audited', async () => {
    await browser.signIn(adminEmail, adminPassword);
    expect((await pause({ 'Sec-Fetch-Site': 'cross-site', Origin: 'https://evil.example' })).status).toBe(403);
    expect((await pause({ 'Sec-Fetch-Site': '', Origin: 'https://evil.example' })).status).toBe(403);
    expect((await pause({ 'Sec-Fetch-Site': 'same-site', Origin: 'null' })).status).toBe(403);
    server.engine.operations.jobs.set('email-sending', []);
    expect((await pause({})).status).toBe(200);
    await server.trail.flush();
    const refusals = server.audit.entries.filter(({ result }) => result === 'refused');
    expect(refusals[0]).toMatchObject({
      actor: `user:${adminEmail}`,
      from: '127.0.0.1',
      action: 'queue.pause',
      target: 'queue:email-sending',
      result: 'refused',
      details: { code: 'forbidden' },
    });
  });

  it('are let pass with a bearer token, which no page can send', async () => {
    server.engine.operations.jobs.set('email-sending', []);
    const response = await pause({
      ...server.bearer(),
      'Sec-Fetch-Site': 'cross-site',
      Origin: 'https://tools.example',
    });
    expect(response.status).toBe(200);
  });

  it('sign nobody in or out: the token of the form must be that of the cookie', async () => {
    const form = (csrfToken: string) =>
      new URLSearchParams({ email: adminEmail, password: adminPassword, csrfToken, json: 'true' });
    const post = (path: string, csrfToken: string) => browser.fetch(path, { method: 'POST', body: form(csrfToken) });
    const csrfToken = await browser.getCsrfToken();
    expect((await post('/api/auth/callback/credentials', 'x'.repeat(csrfToken.length))).status).toBe(403);
    await browser.signIn(adminEmail, adminPassword);
    expect((await post('/api/auth/signout', '')).status).toBe(403);
    browser.cookies.set(cookieName('csrf-token', { secure: false, origin: server.url }), 'forged.forged');
    expect((await post('/api/auth/signout', 'forged')).status).toBe(403);
    expect(await dashboard()).toBe(200);
  });
});

describe('guessing passwords', () => {
  it('is slowed down, longer and longer, with the time to wait', async () => {
    for (let count = 0; count < 5; count += 1)
      expect((await browser.signIn(adminEmail, 'wrong password')).status).toBe(401);
    const refused = await browser.signIn(adminEmail, adminPassword);
    expect(refused).toMatchObject({ status: 429, error: 'TooManyRequests' });
    expect(refused.response.headers.get('retry-after')).toBe('1');
    server.clock.advance(1_000);
    expect((await browser.signIn(adminEmail, 'wrong password')).status).toBe(401);
    expect((await browser.signIn(adminEmail, adminPassword)).response.headers.get('retry-after')).toBe('2');
    server.clock.advance(2_000);
    expect((await browser.signIn(adminEmail, adminPassword)).status).toBe(200);
    expect((await browser.signIn(adminEmail, 'wrong password')).status).toBe(401);
  });

  it('leaves one entry and a count in the audit log, and no password anywhere', async () => {
    for (let count = 0; count < 8; count += 1) await browser.signIn('nobody@example.com', 'hunter2-hunter2');
    server.clock.advance(60_000);
    await server.trail.flush();
    const entries = server.audit.entries.filter(
      ({ action, result }) => action === 'session.create' && result === 'refused',
    );
    expect(entries).toMatchObject([
      { actor: 'anonymous', target: 'user:nobody@example.com', details: { reason: 'credentials' } },
      { target: 'user:nobody@example.com', details: { repeated: 7 } },
    ]);
    expect(JSON.stringify([server.audit.entries, server.logged])).not.toContain('hunter2');
  });
});
