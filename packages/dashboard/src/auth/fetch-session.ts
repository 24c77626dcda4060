import { type AuthSession, authBasePath } from '@drover/contract';
import { takeEarly } from '../early-requests';

/** The session of this browser; undefined when signed out. */
export async function fetchSession(): Promise<AuthSession | undefined> {
  const response = await (takeEarly('session') ??
    fetch(`${authBasePath}/session`, { headers: { accept: 'application/json' } }));
  if (!response.ok) throw new AuthUnavailable(response.status);
  const body: unknown = await response.json();
  return isSession(body) ? body : undefined;
}

export class AuthUnavailable extends Error {
  constructor(readonly status: number) {
    super(`The sign-in service answered ${status}.`);
  }
}

function isSession(body: unknown): body is AuthSession {
  return (
    typeof body === 'object' && body !== null && 'user' in body && typeof body.user === 'object' && body.user !== null
  );
}
