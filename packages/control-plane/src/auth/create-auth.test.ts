import { beforeEach, describe, expect, it } from 'vitest';
import { FakeClock, MemoryAudit, MemorySettings } from '../http/testing/memory-stores.js';
import { AuditTrail } from '../use-cases/audit/audit-trail.js';
import { SettingsCache } from '../use-cases/settings-cache.js';
import { type Auth, createAuth } from './create-auth.js';

let settings: MemorySettings;
let clock: FakeClock;
let auth: Auth;
let audit: MemoryAudit;
let trail: AuditTrail;

async function controlPlane(apiToken?: string): Promise<Auth> {
  const cache = new SettingsCache({ settings });
  await cache.refresh();
  return createAuth({ settings: cache, audit: trail, clock, ...(apiToken !== undefined && { apiToken }) });
}

beforeEach(async () => {
  settings = new MemorySettings();
  audit = new MemoryAudit();
  clock = new FakeClock();
  trail = new AuditTrail({ audit, nowMs: clock.nowMs });
  auth = await controlPlane();
});

const signIn = (email: string, password: string, who = auth) => who.signIn({ email, password, address: '1.1.1.1' });

describe('the first admin', () => {
  it('is made with a password that is told once, and then never again', async () => {
    const first = await auth.ensureFirstAdmin();
    expect(first).toMatchObject({ created: true, email: 'admin@localhost' });
    expect(first.generatedPassword).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/);
    expect((await signIn('admin@localhost', first.generatedPassword ?? '')).identity.role).toBe('admin');
    expect(await auth.ensureFirstAdmin({ password: 'something else' })).toEqual({
      created: false,
      email: 'admin@localhost',
    });
  });

  it('has the password that was configured', async () => {
    const first = await auth.ensureFirstAdmin({ email: 'Ops@Example.com', password: 'configured-password' });
    expect(first).toEqual({ created: true, email: 'ops@example.com' });
    expect((await signIn('OPS@example.com ', 'configured-password')).identity.id).toBe('ops@example.com');
  });

  it('is made by one of two control planes that start together, and both share sessions', async () => {
    settings = new MemorySettings();
    const [left, right] = await Promise.all([controlPlane(), controlPlane()]);
    const made = await Promise.all([left.ensureFirstAdmin(), right.ensureFirstAdmin()]);
    expect(made.map(({ created }) => created).sort()).toEqual([false, true]);
    const password = made.find(({ created }) => created)?.generatedPassword ?? '';
    const winner = made[0]?.created ? left : right;
    const { cookie } = await signIn('admin@localhost', password, winner);
    const third = await controlPlane();
    expect(await third.identify({ cookie })).toMatchObject({ id: 'admin@localhost' });
  });
});

describe('accounts', () => {
  it('refuse short passwords, odd addresses, unknown roles and doubles', async () => {
    await expect(auth.createUser({ email: 'a@b', password: 'too short' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(auth.createUser({ email: 'a/b@c', password: 'long enough password' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await expect(auth.createUser({ email: 'a@b', role: 'root' as never })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await auth.createUser({ email: 'a@b' });
    await expect(auth.createUser({ email: 'A@B' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(auth.setRole('nobody@b', 'viewer')).rejects.toMatchObject({ code: 'not_found' });
  });

  it('keep both of two changes made at the same time on two control planes', async () => {
    await auth.createUser({ email: 'a@b' });
    const other = await controlPlane();
    await Promise.all([auth.setRole('a@b', 'viewer'), other.disableUser('a@b')]);
    expect((await controlPlane()).listUsers()).toMatchObject([{ email: 'a@b', role: 'viewer', disabled: true }]);
  });

  it('and tokens never show a hash, and nothing stored or audited holds a password or a token', async () => {
    await auth.createUser({ email: 'a@b', password: 'secret-password' });
    const { token } = await auth.createToken({ name: 'ci', role: 'viewer' });
    await trail.flush();
    expect(JSON.stringify([auth.listUsers(), auth.listTokens()])).not.toMatch(/hash|argon/i);
    const kept = JSON.stringify([[...settings.documents], audit.entries]);
    expect(kept).not.toContain('secret-password');
    expect(kept).not.toContain(token.split('_')[2]);
    expect(kept).toContain('$argon2id$');
  });
});

describe('tokens', () => {
  it('are known by every control plane until they expire or are revoked', async () => {
    const { token, info } = await auth.createToken({ name: 'ci', role: 'operator', expiresAtMs: clock.ms + 1_000 });
    expect(token).toMatch(/^drv_[0-9a-f]{16}_[0-9a-f]{64}$/);
    const other = await controlPlane();
    expect(await other.identify({ bearer: token })).toMatchObject({
      kind: 'token',
      role: 'operator',
      actor: `token:${info.id}`,
    });
    expect(other.listTokens()[0]?.lastUsedAtMs).toBe(clock.ms);
    clock.advance(1_000);
    expect(await other.identify({ bearer: token })).toBeNull();
    await auth.revokeToken(info.id);
    await expect(auth.revokeToken(info.id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each(['', 'drv_', 'drv_0000000000000000_', `drv_${'0'.repeat(16)}_${'0'.repeat(64)}`, 'x'.repeat(512)])(
    'are not made up: %#',
    async (bearer) => {
      expect(await auth.identify({ bearer })).toBeNull();
    },
  );

  it('can be one of the environment, an admin, if it cannot be guessed', async () => {
    const configured = await controlPlane('0123456789abcdef');
    expect(await configured.identify({ bearer: '0123456789abcdef' })).toMatchObject({ role: 'admin' });
    expect(await configured.identify({ bearer: '0123456789abcdeF' })).toBeNull();
    await expect(controlPlane('short')).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

it('audits every change of access, by whom and to what', async () => {
  await auth.createUser({ email: 'Bob@B', role: 'viewer' }, 'user:ada');
  await auth.setRole('bob@b', 'operator', 'user:ada');
  await auth.disableUser('bob@b');
  const { info } = await auth.createToken({ name: 'ci', role: 'viewer' });
  await auth.switchRoles({ operator: true, viewer: false }, 'user:ada');
  await expect(auth.setRole('nobody@b', 'viewer')).rejects.toThrow();
  await trail.flush();
  expect(audit.entries.map(({ actor, action, target }) => `${actor} ${action} ${target}`)).toEqual([
    'user:ada user.create user:bob@b',
    'user:ada user.set-role user:bob@b',
    'system user.disable user:bob@b',
    `system token.create token:${info.id}`,
    'user:ada roles.switch roles',
  ]);
});

it('verifies a password for an unknown account too, so that the time tells nothing', async () => {
  const verified: (string | null)[] = [];
  const cache = new SettingsCache({ settings });
  const watched = await createAuth({
    settings: cache,
    audit: trail,
    clock,
    passwords: {
      async verify(hash) {
        verified.push(hash);
        return false;
      },
    },
  });
  await expect(signIn('nobody@example.com', 'whatever password', watched)).rejects.toMatchObject({
    code: 'unauthenticated',
  });
  expect(verified).toEqual([null]);
});

it('refuses sign-ins beyond those it can verify, instead of letting them pile up', async () => {
  const attempts = Array.from({ length: 60 }, (_, index) =>
    auth
      .signIn({ email: `user-${index}@b`, password: 'whatever password', address: `10.0.0.${index}` })
      .catch((error) => error.code),
  );
  const outcomes = await Promise.all(attempts);
  expect(new Set(outcomes)).toEqual(new Set(['unauthenticated', 'rate_limited']));
});
