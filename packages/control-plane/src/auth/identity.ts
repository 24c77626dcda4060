import type { Role } from '@drover/contract';

/** Who makes a request, established anew for each one. */
export interface Identity {
  readonly kind: 'user' | 'token';
  /** Account's e-mail or token's id. */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** How the audit log names it: `user:ada@example.com`, `token:1f…`. */
  readonly actor: string;
  /** Set for sessions. */
  readonly session?: SessionClaims;
}

/** What the session cookie holds. The role is not in it: that is read from the account each time. */
export interface SessionClaims {
  readonly userId: string;
  /** Names this sign-in; signing out revokes it. */
  readonly jti: string;
  /** The account's generation at sign-in; a new password raises it and so ends all sessions. */
  readonly generation: number;
  readonly signedInAtMs: number;
  readonly expiresAtMs: number;
}

/** Credentials as a request carries them. */
export interface Credentials {
  readonly cookie?: string | undefined;
  readonly bearer?: string | undefined;
}
