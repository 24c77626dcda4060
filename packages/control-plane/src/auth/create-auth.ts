import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Role, roleIncludes } from '@drover/contract';
import { type Clock, Fault, isFault } from '@drover/core';
import type { AuditTrail } from '../use-cases/audit/audit-trail.js';
import type { SettingsCache } from '../use-cases/settings-cache.js';
import { Accounts, type FirstAdmin, type NewUser, normaliseEmail, type User } from './accounts.js';
import type { Credentials, Identity, SessionClaims } from './identity.js';
import { LoginThrottle } from './login-throttle.js';
import { createPasswordVerifier, type PasswordVerifier } from './password.js';
import { isSwitchedOn, type RoleSwitches, readRoleSwitches, writeRoleSwitches } from './role-switches.js';
import { loadAuthKeys } from './secret.js';
import { Sessions } from './sessions.js';
import { type ApiToken, type NewToken, Tokens } from './tokens.js';

export interface AuthOptions {
  /** Started, or at least refreshed once. Shared with whatever else reads settings. */
  readonly settings: SettingsCache;
  readonly audit: AuditTrail;
  readonly clock: Clock;
  /** DROVER_API_TOKEN: an admin's bearer token. */
  readonly apiToken?: string;
  /** How passwords are verified; argon2id, bounded, unless told. */
  readonly passwords?: PasswordVerifier;
}

export interface SignIn {
  readonly identity: Identity;
  /** Value of the session cookie. */
  readonly cookie: string;
}

/** Who may do what: accounts, sessions, tokens, roles. Checking a request costs the engine nothing. */
export interface Auth {
  /** Whose credentials these are; `null` for none or bad ones. */
  identify(credentials: Credentials): Promise<Identity | null>;
  /** Why this identity may not, as a fault; `null` when it may. */
  refuses(identity: Identity, required: Role): Fault | null;
  /** Whether credentials accepted earlier would be now: for streams that outlive a request. */
  isCurrent(identity: Identity): boolean;
  /** Rejects with `unauthenticated` or `rate_limited`. */
  signIn(attempt: { email: string; password: string; address: string | null }): Promise<SignIn>;
  signOut(identity: Identity, address: string | null): Promise<void>;
  /** A new cookie value for a session whose cookie grows old; `null` when it need not be replaced. */
  renew(identity: Identity): Promise<SignIn | null>;
  /** A token for the double-submit check, and the cookie that must come with it. */
  issueCsrf(cookie: string | undefined): { token: string; cookie: string };
  checkCsrf(cookie: string | undefined, token: string): boolean;

  ensureFirstAdmin(wish?: { email?: string; password?: string }): Promise<FirstAdmin>;
  // `by` is who the audit log names; `null` where the caller audits the change itself.
  createUser(user: NewUser, by?: string | null): Promise<{ user: User; generatedPassword?: string }>;
  setPassword(email: string, password: string, by?: string | null): Promise<User>;
  setRole(email: string, role: Role, by?: string | null): Promise<User>;
  disableUser(email: string, by?: string | null): Promise<User>;
  enableUser(email: string, by?: string | null): Promise<User>;
  listUsers(): User[];
  createToken(token: NewToken, by?: string | null): Promise<{ token: string; info: ApiToken }>;
  revokeToken(id: string, by?: string | null): Promise<void>;
  listTokens(): ApiToken[];
  roleSwitches(): RoleSwitches;
  switchRoles(switches: RoleSwitches, by?: string | null): Promise<void>;
}

const NOBODY = 'anonymous';

export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { settings, audit, clock } = options;
  const nowMs = () => clock.nowMs();
  const keys = await loadAuthKeys(settings);
  const accounts = new Accounts(settings, nowMs);
  const sessions = new Sessions(settings, keys.session, nowMs);
  const tokens = new Tokens(settings, nowMs, options.apiToken);
  const throttle = new LoginThrottle(() => clock.monotonicMs());
  const passwords = options.passwords ?? createPasswordVerifier();

  const userIdentity = (claims: SessionClaims): Identity | null => {
    const user = accounts.find(claims.userId);
    if (!user || user.disabled || user.generation !== claims.generation) return null;
    const { id, name, email, role } = user;
    return { kind: 'user', id, name, email, role, actor: `user:${id}`, session: claims };
  };

  /** Audits what was done, once it is done. */
  const done = (action: string, target: string, by: string | null = 'system', details: unknown = null): void => {
    if (by !== null) audit.record({ actor: by, role: null, from: null, action, target, result: 'done', details });
  };
  const changeUser = async (
    action: string,
    by: string | null | undefined,
    change: Promise<User>,
    details?: unknown,
  ) => {
    const user = await change;
    done(action, `user:${user.id}`, by, details);
    return user;
  };

  return {
    async identify({ bearer, cookie }) {
      if (bearer !== undefined) return tokens.identify(bearer);
      if (cookie === undefined) return null;
      const claims = await sessions.read(cookie);
      return claims && userIdentity(claims);
    },

    refuses({ role }, required) {
      if (!roleIncludes(role, required)) {
        const message = `This needs the role ${required}; you have ${role}.`;
        return new Fault('forbidden', message, { details: { requiredRole: required, role } });
      }
      if (isSwitchedOn(settings, role)) return null;
      const message = `The role ${role} is switched off. An admin can switch it on.`;
      return new Fault('forbidden', message, { details: { requiredRole: 'admin', role } });
    },

    isCurrent(identity) {
      if (!identity.session) return tokens.isCurrent(identity);
      return sessions.isCurrent(identity.session) && userIdentity(identity.session)?.role === identity.role;
    },

    async signIn({ email, password, address }) {
      const account = accountOf(email);
      const from = address ?? 'unknown';
      const refuse = (reason: string) =>
        audit.refused({
          actor: NOBODY,
          role: null,
          from: address,
          action: 'session.create',
          target: `user:${account}`,
          details: { reason },
        });
      const waitMs = throttle.waitMs(account, from);
      if (waitMs > 0) {
        refuse('throttled');
        const message = 'Too many failed sign-ins. Wait before you try again.';
        throw new Fault('rate_limited', message, { retryAfterMs: waitMs });
      }
      const attempt = throttle.begin(account, from);
      const user = accounts.find(account);
      let matches: boolean;
      try {
        matches = await passwords.verify(user?.passwordHash ?? null, password);
      } catch (error) {
        attempt.withdraw();
        if (isFault(error, 'rate_limited')) refuse('busy');
        throw error;
      }
      if (!user || !matches || user.disabled) {
        refuse(matches ? 'disabled' : 'credentials');
        throw new Fault('unauthenticated', 'E-mail address or password is wrong.');
      }
      attempt.succeed();
      const claims = sessions.begin(user.id, user.generation);
      const identity = userIdentity(claims);
      // The account was disabled, or its password changed, while the password was verified.
      if (!identity) throw new Fault('unauthenticated', 'E-mail address or password is wrong.');
      audit.record({
        actor: identity.actor,
        role: identity.role,
        from: address,
        action: 'session.create',
        target: identity.actor,
        result: 'done',
        details: null,
      });
      return { identity, cookie: await sessions.seal(claims) };
    },

    async signOut(identity, address) {
      if (!identity.session) return;
      await sessions.revoke(identity.session);
      audit.record({
        actor: identity.actor,
        role: identity.role,
        from: address,
        action: 'session.end',
        target: identity.actor,
        result: 'done',
        details: null,
      });
    },

    async renew(identity) {
      const claims = identity.session && sessions.renew(identity.session);
      if (!claims) return null;
      return { identity: { ...identity, session: claims }, cookie: await sessions.seal(claims) };
    },

    issueCsrf(cookie) {
      const [held = '', signature = ''] = cookie?.split('.') ?? [];
      if (held !== '' && safeEqual(signature, keys.sign(held))) return { token: held, cookie: `${held}.${signature}` };
      const token = randomBytes(24).toString('base64url');
      return { token, cookie: `${token}.${keys.sign(token)}` };
    },

    checkCsrf(cookie, token) {
      const [held = '', signature = ''] = cookie?.split('.') ?? [];
      return held !== '' && safeEqual(held, token) && safeEqual(signature, keys.sign(held));
    },

    async ensureFirstAdmin(wish) {
      const made = await accounts.ensureFirstAdmin(wish);
      if (made.created) done('user.create', `user:${made.email}`, 'system', { role: 'admin', first: true });
      return made;
    },
    async createUser(user, by) {
      const made = await accounts.create(user);
      done('user.create', `user:${made.user.id}`, by, { role: made.user.role });
      return made;
    },
    setPassword: (email, password, by) => changeUser('user.set-password', by, accounts.setPassword(email, password)),
    setRole: (email, role, by) => changeUser('user.set-role', by, accounts.setRole(email, role), { role }),
    disableUser: (email, by) => changeUser('user.disable', by, accounts.disable(email)),
    enableUser: (email, by) => changeUser('user.enable', by, accounts.enable(email)),
    listUsers: () => accounts.list(),

    async createToken(token, by) {
      const made = await tokens.create(token);
      done('token.create', `token:${made.info.id}`, by, { name: token.name, role: token.role });
      return made;
    },
    async revokeToken(id, by) {
      await tokens.revoke(id);
      done('token.revoke', `token:${id}`, by);
    },
    listTokens: () => tokens.list(),

    roleSwitches: () => readRoleSwitches(settings),
    async switchRoles(switches, by) {
      await writeRoleSwitches(settings, switches);
      done('roles.switch', 'roles', by, { ...switches });
    },
  };
}

/** What is typed into the form, as an account's name; nonsense counts as one unknown account. */
function accountOf(email: string): string {
  try {
    return normaliseEmail(email);
  } catch {
    return 'invalid';
  }
}

function safeEqual(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
