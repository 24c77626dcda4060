import { type Role, roles } from '@drover/contract';
import { Fault, isFault } from '@drover/core';
import type { SettingsCache } from '../use-cases/settings-cache.js';
import { generatePassword, hashPassword } from './password.js';

/** An account as shown to admins. */
export interface User {
  /** The e-mail address, lower case. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  readonly createdAtMs: number;
}

interface StoredUser extends Omit<User, 'id'> {
  readonly passwordHash: string;
  /** Raised by whatever must end all sessions of the account. */
  readonly generation: number;
}

export interface NewUser {
  readonly email: string;
  readonly name?: string;
  readonly role?: Role;
  /** Made up when absent, and returned. */
  readonly password?: string;
}

export interface FirstAdmin {
  /** False: there are accounts already, nothing was changed. */
  readonly created: boolean;
  readonly email: string;
  readonly generatedPassword?: string;
}

const PREFIX = 'users/';
const FIRST_ADMIN_EMAIL = 'admin@localhost';

/** Accounts, kept as settings documents `users/<email>`. */
export class Accounts {
  readonly #settings: SettingsCache;
  readonly #nowMs: () => number;

  constructor(settings: SettingsCache, nowMs: () => number) {
    this.#settings = settings;
    this.#nowMs = nowMs;
  }

  find(id: string): (StoredUser & Pick<User, 'id'>) | undefined {
    const document = this.#settings.get(`${PREFIX}${id}`);
    return document ? { ...(document.value as StoredUser), id } : undefined;
  }

  list(): User[] {
    return this.#settings.list(PREFIX).map(({ key, value }) => shown(key.slice(PREFIX.length), value as StoredUser));
  }

  /** Makes the first account, an admin, unless there is any. Of two control planes that start together one makes it. */
  async ensureFirstAdmin(wish: { email?: string; password?: string } = {}): Promise<FirstAdmin> {
    await this.#settings.refresh();
    const email = normaliseEmail(wish.email ?? FIRST_ADMIN_EMAIL);
    if (this.#settings.list(PREFIX).length > 0) return { created: false, email };
    try {
      const { generatedPassword } = await this.create({
        email,
        role: 'admin',
        ...(wish.password !== undefined && { password: wish.password }),
      });
      return { created: true, email, ...(generatedPassword !== undefined && { generatedPassword }) };
    } catch (error) {
      if (isFault(error, 'conflict')) return { created: false, email };
      throw error;
    }
  }

  async create(user: NewUser): Promise<{ user: User; generatedPassword?: string }> {
    const email = normaliseEmail(user.email);
    const role = checkRole(user.role ?? 'admin');
    const generatedPassword = user.password === undefined ? generatePassword() : undefined;
    const stored: StoredUser = {
      email,
      name: user.name ?? email.slice(0, email.indexOf('@')),
      role,
      disabled: false,
      createdAtMs: this.#nowMs(),
      passwordHash: await hashPassword(user.password ?? generatedPassword ?? ''),
      generation: 1,
    };
    try {
      await this.#settings.put(`${PREFIX}${email}`, stored, 0);
    } catch (error) {
      if (isFault(error, 'conflict')) throw new Fault('conflict', `There is an account ${email} already.`);
      throw error;
    }
    return { user: shown(email, stored), ...(generatedPassword !== undefined && { generatedPassword }) };
  }

  /** Ends all sessions of the account too. */
  async setPassword(email: string, password: string): Promise<User> {
    const passwordHash = await hashPassword(password);
    return this.#change(email, (user) => ({ ...user, passwordHash, generation: user.generation + 1 }));
  }

  async setRole(email: string, role: Role): Promise<User> {
    checkRole(role);
    return this.#change(email, (user) => ({ ...user, role }));
  }

  /** Ends all sessions of the account too. */
  async disable(email: string): Promise<User> {
    return this.#change(email, (user) => ({ ...user, disabled: true, generation: user.generation + 1 }));
  }

  async enable(email: string): Promise<User> {
    return this.#change(email, (user) => ({ ...user, disabled: false }));
  }

  async #change(email: string, change: (user: StoredUser) => StoredUser): Promise<User> {
    const id = normaliseEmail(email);
    for (let attempt = 1; ; attempt += 1) {
      await this.#settings.refresh();
      const document = this.#settings.get(`${PREFIX}${id}`);
      if (!document) throw new Fault('not_found', `There is no account ${id}.`);
      const next = change(document.value as StoredUser);
      try {
        await this.#settings.put(document.key, next, document.version);
        return shown(id, next);
      } catch (error) {
        // Another change came between: apply ours to its result, or it would be lost.
        if (!isFault(error, 'conflict') || attempt === 10) throw error;
      }
    }
  }
}

function shown(id: string, { email, name, role, disabled, createdAtMs }: StoredUser): User {
  return { id, email, name, role, disabled, createdAtMs };
}

function checkRole(role: Role): Role {
  if (roles.includes(role)) return role;
  throw new Fault('invalid_input', `"${role}" is no role. Roles are ${roles.join(', ')}.`);
}

/** Slashes and spaces are refused because the address is part of a settings key. */
export function normaliseEmail(email: string): string {
  const address = email.trim().toLowerCase();
  if (address.length <= 254 && /^[^\s@/]+@[^\s@/]+$/.test(address)) return address;
  const message = 'An account is named by an e-mail address.';
  throw new Fault('invalid_input', message, { details: { fields: [{ in: 'body', path: 'email', message }] } });
}
