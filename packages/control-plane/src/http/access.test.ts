import type { AccessToken, AccessUser, CreateTokenResponse, CreateUserResponse } from '@drover/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
beforeEach(async () => {
  const passwords = { verify: async (hash: string | null) => hash !== null };
  server = await startTestServer({ passwords });
});
afterEach(() => server.close());

async function call<T>(method: string, path: string, body?: unknown, token?: string) {
  const response = await fetch(`${server.api}/access${path}`, {
    method,
    headers: { ...server.bearer(token), 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}

const audited = () => server.audit.entries.map(({ action, target, result }) => `${action} ${target} ${result}`);

describe('accounts', () => {
  it('are made with a password of their own, or one that is told once', async () => {
    const { body } = await call<CreateUserResponse>('POST', '/users', { email: 'Ada@Example.com', role: 'admin' });
    expect(body.user).toMatchObject({ id: 'ada@example.com', name: 'ada', role: 'admin', disabled: false });
    expect(body.generatedPassword?.length).toBeGreaterThan(15);
    const own = { email: 'bob@example.com', name: 'Bob', role: 'viewer', password: 'a secret of Bob' };
    expect((await call<CreateUserResponse>('POST', '/users', own)).body.generatedPassword).toBeUndefined();
    const listed = await call<AccessUser[]>('GET', '/users');
    expect(listed.body.map(({ id }) => id).toSorted()).toEqual(['ada@example.com', 'bob@example.com']);
    expect(JSON.stringify(listed.body)).not.toMatch(/hash|generation/i);
    expect(await call('POST', '/users', own)).toMatchObject({ status: 409 });
  });

  it.each([
    [{ email: 'nobody', role: 'admin' }, 'email'],
    [{ email: 'a@b.c', role: 'king' }, 'role'],
    [{ email: 'a@b.c', role: 'admin', password: 'short' }, 'password'],
  ])('%o is refused at its field', async (body, path) => {
    expect(await call('POST', '/users', body)).toMatchObject({
      status: 400,
      body: { details: { fields: [{ in: 'body', path }] } },
    });
  });

  it('change roles and are disabled, and every step is audited once, as who took it', async () => {
    await call('POST', '/users', { email: 'ada@example.com', role: 'admin', password: 'a secret of Ada' });
    await call('POST', '/users', { email: 'bob@example.com', role: 'admin', password: 'a secret of Bob' });
    const changed = await call('PATCH', '/users/bob@example.com', { role: 'viewer', disabled: true });
    expect(changed).toMatchObject({ status: 200, body: { user: { role: 'viewer', disabled: true } } });
    await expect
      .poll(audited)
      .toEqual([
        'user.create user:ada@example.com done',
        'user.create user:bob@example.com done',
        'user.update user:bob@example.com done',
      ]);
    expect(server.audit.entries.at(-1)).toMatchObject({
      actor: 'token:DROVER_API_TOKEN',
      details: { before: { role: 'admin', disabled: false }, after: { role: 'viewer', disabled: true } },
    });
  });

  it('keep the last admin who can sign in', async () => {
    await call('POST', '/users', { email: 'ada@example.com', role: 'admin', password: 'a secret of Ada' });
    for (const change of [{ role: 'viewer' }, { disabled: true }]) {
      expect(await call('PATCH', '/users/ada@example.com', change)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('last admin') },
      });
    }
    expect(await call('PATCH', '/users/ada@example.com', { password: 'another secret' })).toMatchObject({
      status: 200,
    });
  });

  it('leave no password in the log, whether it was taken or not', async () => {
    const body = { email: 'ada@example.com', role: 'admin', password: 'very secret words' };
    await call('POST', '/users', body);
    await call('POST', '/users', body);
    await call('PATCH', '/users/nobody@example.com', { password: 'very secret words' });
    await expect.poll(() => server.audit.entries.length).toBe(3);
    expect(JSON.stringify(server.audit.entries) + server.logged.join('')).not.toContain('very secret words');
  });
});

describe('tokens', () => {
  it('are told once, work, expire and are revoked', async () => {
    const expiresAt = new Date(server.clock.ms + 60_000).toISOString();
    const made = await call<CreateTokenResponse>('POST', '/tokens', { name: 'deploys', role: 'admin', expiresAt });
    const { token, info } = made.body;
    expect((await call('GET', '/tokens', undefined, token)).status).toBe(200);
    const { body: listed } = await call<AccessToken[]>('GET', '/tokens');
    expect(listed).toMatchObject([{ id: info.id, name: 'deploys', expiresAt, lastUsedAt: expect.any(String) }]);
    expect(JSON.stringify(listed)).not.toContain(token.split('_')[2]);
    expect((await call('DELETE', `/tokens/${info.id}`)).status).toBe(200);
    expect((await call('GET', '/tokens', undefined, token)).status).toBe(401);
    await expect.poll(audited).toContain(`token.revoke token:${info.id} done`);
    expect(JSON.stringify(server.audit.entries)).not.toContain(token);
  });
});

describe('roles', () => {
  it('are switched one by one', async () => {
    expect((await call('GET', '/roles')).body).toEqual({ operator: false, viewer: false });
    expect((await call('PATCH', '/roles', { viewer: true })).body).toMatchObject({ operator: false, viewer: true });
    expect((await call('PATCH', '/roles', { operator: true })).body).toMatchObject({ operator: true, viewer: true });
    await expect.poll(audited).toEqual(['roles.switch roles done', 'roles.switch roles done']);
  });
});
