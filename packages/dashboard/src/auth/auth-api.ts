import { authBasePath } from '@drover/contract';
import { AuthUnavailable } from './fetch-session';

export type SignInResult =
  | { readonly kind: 'signed-in' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'throttled'; readonly retryAfterS: number | undefined }
  | { readonly kind: 'unavailable' };

export async function signIn(email: string, password: string): Promise<SignInResult> {
  try {
    const csrfToken = await fetchCsrfToken();
    const response = await fetch(`${authBasePath}/callback/credentials`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ csrfToken, email, password, json: true, callbackUrl: '/' }),
    });
    if (response.ok) return { kind: 'signed-in' };
    if (response.status === 429) return { kind: 'throttled', retryAfterS: readRetryAfter(response) };
    return response.status >= 500 ? { kind: 'unavailable' } : { kind: 'refused' };
  } catch {
    return { kind: 'unavailable' };
  }
}

/** Ends the session on the server; the caller goes to the sign-in whatever the answer. */
export async function signOut(): Promise<void> {
  const csrfToken = await fetchCsrfToken();
  await fetch(`${authBasePath}/signout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ csrfToken, json: true, callbackUrl: '/sign-in' }),
  });
}

async function fetchCsrfToken(): Promise<string> {
  const response = await fetch(`${authBasePath}/csrf`);
  if (!response.ok) throw new AuthUnavailable(response.status);
  const body: unknown = await response.json();
  if (typeof body === 'object' && body !== null && 'csrfToken' in body && typeof body.csrfToken === 'string') {
    return body.csrfToken;
  }
  throw new AuthUnavailable(response.status);
}

/** Seconds, from either form of the header. */
export function readRetryAfter({ headers }: Response, nowMs = Date.now()): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1_000));
}
