import type { Role } from './faults.js';

/** Where next-auth's own client looks. */
export const authBasePath = '/api/auth';

/** `GET /api/auth/session` when signed in; `{}` otherwise. */
export interface AuthSession {
  user: { id: string; name: string; email: string; role: Role };
  /** ISO 8601; a string in next-auth too. */
  expires: string;
}

export interface AuthProvider {
  id: string;
  name: string;
  type: string;
  signinUrl: string;
  callbackUrl: string;
}
