import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Role, roles } from '@drover/contract';
import { Fault } from '@drover/core';
import type { SettingsCache } from '../use-cases/settings-cache.js';
import type { Identity } from './identity.js';

/** An API token as shown to admins; its secret is shown once, when it is made. */
export interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAtMs: number;
  readonly expiresAtMs?: number;
  /** By this replica, since it started. */
  readonly lastUsedAtMs?: number;
}

interface StoredToken extends Omit<ApiToken, 'id' | 'lastUsedAtMs'> {
  /** SHA-256 of the secret, hex. The secret has 256 random bits, so a slow hash would add nothing. */
  readonly secretHash: string;
}

export interface NewToken {
  readonly name: string;
  readonly role: Role;
  readonly expiresAtMs?: number;
}

const PREFIX = 'tokens/';
const CONFIGURED = 'DROVER_API_TOKEN';

/** Bearer tokens `drv_<id>_<secret>` for machines, kept as settings documents `tokens/<id>`. */
export class Tokens {
  readonly #settings: SettingsCache;
  readonly #nowMs: () => number;
  readonly #lastUsed = new Map<string, number>();
  readonly #configured: Buffer | null;

  /** `configured`: the token of DROVER_API_TOKEN, an admin's. */
  constructor(settings: SettingsCache, nowMs: () => number, configured?: string) {
    this.#settings = settings;
    this.#nowMs = nowMs;
    // A space would end the token in its header; a short one can be guessed.
    if (configured !== undefined && !/^[!-~]{16,512}$/.test(configured)) {
      throw new Fault('invalid_input', 'DROVER_API_TOKEN needs 16 to 512 printable ASCII characters without spaces.');
    }
    this.#configured = configured === undefined ? null : digest(configured);
  }

  async create({ name, role, expiresAtMs }: NewToken): Promise<{ token: string; info: ApiToken }> {
    if (name.trim() === '' || name.length > 100)
      throw new Fault('invalid_input', 'A token needs a name of at most 100 characters.');
    if (!roles.includes(role)) throw new Fault('invalid_input', `"${role}" is no role. Roles are ${roles.join(', ')}.`);
    const id = randomBytes(8).toString('hex');
    const secret = randomBytes(32).toString('hex');
    const stored: StoredToken = {
      name,
      role,
      createdAtMs: this.#nowMs(),
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      secretHash: digest(secret).toString('hex'),
    };
    await this.#settings.put(`${PREFIX}${id}`, stored, 0);
    return { token: `drv_${id}_${secret}`, info: this.#shown(id, stored) };
  }

  list(): ApiToken[] {
    return this.#settings
      .list(PREFIX)
      .map(({ key, value }) => this.#shown(key.slice(PREFIX.length), value as StoredToken));
  }

  async revoke(id: string): Promise<void> {
    if (!(await this.#settings.delete(`${PREFIX}${id}`))) throw new Fault('not_found', `There is no token ${id}.`);
    this.#lastUsed.delete(id);
  }

  /** Whether a token accepted earlier would be now. */
  isCurrent({ id, role }: Identity): boolean {
    if (id === CONFIGURED) return true;
    const stored = this.#settings.get(`${PREFIX}${id}`)?.value as StoredToken | undefined;
    return stored?.role === role && (stored.expiresAtMs ?? Number.POSITIVE_INFINITY) > this.#nowMs();
  }

  /** Whose token this is; `null` when it is none, revoked or expired. */
  identify(token: string): Identity | null {
    if (this.#configured && timingSafeEqual(this.#configured, digest(token))) {
      return identityOf(CONFIGURED, CONFIGURED, 'admin');
    }
    const [, id, secret] = /^drv_([0-9a-f]{16})_([0-9a-f]{64})$/.exec(token) ?? [];
    if (id === undefined || secret === undefined) return null;
    const stored = this.#settings.get(`${PREFIX}${id}`)?.value as StoredToken | undefined;
    if (!stored || !timingSafeEqual(Buffer.from(stored.secretHash, 'hex'), digest(secret))) return null;
    const nowMs = this.#nowMs();
    if (stored.expiresAtMs !== undefined && stored.expiresAtMs <= nowMs) return null;
    this.#lastUsed.set(id, nowMs);
    return identityOf(id, stored.name, stored.role);
  }

  #shown(id: string, { name, role, createdAtMs, expiresAtMs }: StoredToken): ApiToken {
    const lastUsedAtMs = this.#lastUsed.get(id);
    return {
      id,
      name,
      role,
      createdAtMs,
      ...(expiresAtMs !== undefined && { expiresAtMs }),
      ...(lastUsedAtMs !== undefined && { lastUsedAtMs }),
    };
  }
}

function identityOf(id: string, name: string, role: Role): Identity {
  return { kind: 'token', id, name, email: '', role, actor: `token:${id}` };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
