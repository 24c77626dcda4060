import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import type { SettingsCache } from '../use-cases/settings-cache.js';
import type { SessionClaims } from './identity.js';

/** Ends after this long without use. */
const SESSION_IDLE_MS = 8 * 3_600_000;
/** Ends after this long, used or not. */
const SESSION_LONGEST_MS = 7 * 86_400_000;
/** A cookie older than this is replaced when it is used: not at every request. */
const RENEW_AFTER_MS = 10 * 60_000;
const REVOKED = 'auth/revoked/';
const MAX_COOKIE_LENGTH = 4_096;
const MAX_REMEMBERED = 2_000;

/** Encrypted session cookies: made, read, renewed, revoked. */
export class Sessions {
  readonly #settings: SettingsCache;
  readonly #key: Uint8Array;
  readonly #nowMs: () => number;
  // Decrypting costs 50 times a look-up, and a page sends the same cookie hundreds of times.
  readonly #read = new Map<string, SessionClaims>();

  constructor(settings: SettingsCache, key: Uint8Array, nowMs: () => number) {
    this.#settings = settings;
    this.#key = key;
    this.#nowMs = nowMs;
  }

  begin(userId: string, generation: number): SessionClaims {
    const nowMs = this.#nowMs();
    const jti = randomBytes(16).toString('base64url');
    return { userId, jti, generation, signedInAtMs: nowMs, expiresAtMs: nowMs + SESSION_IDLE_MS };
  }

  /** The same session with a new end; `null` while its cookie is young enough. */
  renew(claims: SessionClaims): SessionClaims | null {
    const nowMs = this.#nowMs();
    const expiresAtMs = Math.min(nowMs + SESSION_IDLE_MS, claims.signedInAtMs + SESSION_LONGEST_MS);
    return expiresAtMs - claims.expiresAtMs < RENEW_AFTER_MS ? null : { ...claims, expiresAtMs };
  }

  async seal(claims: SessionClaims): Promise<string> {
    return new EncryptJWT({ gen: claims.generation, at: claims.signedInAtMs, until: claims.expiresAtMs })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setSubject(claims.userId)
      .setJti(claims.jti)
      .encrypt(this.#key);
  }

  /** The claims of a cookie that is ours, has not ended and was not revoked. */
  async read(cookie: string): Promise<SessionClaims | null> {
    if (cookie.length > MAX_COOKIE_LENGTH) return null;
    const claims = this.#read.get(cookie) ?? (await this.#decrypt(cookie));
    return claims && this.isCurrent(claims) ? claims : null;
  }

  isCurrent({ jti, expiresAtMs }: SessionClaims): boolean {
    return expiresAtMs > this.#nowMs() && this.#settings.get(`${REVOKED}${jti}`) === undefined;
  }

  /** Ends a session on every replica. Revocations are forgotten when the session could not live any longer. */
  async revoke({ jti, signedInAtMs }: SessionClaims): Promise<void> {
    await this.#settings.put(`${REVOKED}${jti}`, { untilMs: signedInAtMs + SESSION_LONGEST_MS });
    const nowMs = this.#nowMs();
    const over = this.#settings.list(REVOKED).filter(({ value }) => (value as { untilMs: number }).untilMs < nowMs);
    for (const { key } of over) await this.#settings.delete(key);
  }

  async #decrypt(cookie: string): Promise<SessionClaims | null> {
    try {
      const { payload } = await jwtDecrypt(cookie, this.#key, {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      const { sub, jti, gen, at, until } = payload as Record<string, unknown>;
      if (typeof sub !== 'string' || typeof jti !== 'string') return null;
      if (typeof gen !== 'number' || typeof at !== 'number' || typeof until !== 'number') return null;
      const claims = { userId: sub, jti, generation: gen, signedInAtMs: at, expiresAtMs: until };
      const oldest = this.#read.size >= MAX_REMEMBERED ? this.#read.keys().next() : undefined;
      if (oldest && !oldest.done) this.#read.delete(oldest.value);
      this.#read.set(cookie, claims);
      return claims;
    } catch {
      // Not ours, of another secret, or tampered with: all the same to the caller.
      return null;
    }
  }
}
