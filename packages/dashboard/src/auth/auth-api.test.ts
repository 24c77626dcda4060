import { afterEach, describe, expect, it, vi } from 'vitest';
import { readRetryAfter, signIn } from './auth-api.js';
import { fetchSession } from './fetch-session.js';

type Reply = { status?: number; body?: unknown; headers?: Record<string, string> } | Error;

/** Answers each path in turn and keeps what was sent. */
function serve(replies: Record<string, Reply>) {
  const sent: { path: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    sent.push({ path, body: init?.body && JSON.parse(String(init.body)) });
    const reply = replies[path] ?? { status: 404 };
    if (reply instanceof Error) throw reply;
    const { status = 200, body = {}, headers = {} } = reply;
    return new Response(JSON.stringify(body), { status, headers });
  });
  return sent;
}

const csrf = { '/api/auth/csrf': { body: { csrfToken: 't' } } };
const callback = '/api/auth/callback/credentials';

afterEach(() => void vi.unstubAllGlobals());

describe('signing in', () => {
  it('sends the token with the credentials', async () => {
    const sent = serve({ ...csrf, [callback]: { body: { url: '/' } } });
    await expect(signIn('a@b.c', 'secret')).resolves.toEqual({ kind: 'signed-in' });
    expect(sent.at(-1)?.body).toMatchObject({ csrfToken: 't', email: 'a@b.c', password: 'secret', json: true });
  });

  it.each([
    [{ status: 401 }, { kind: 'refused' }],
    [
      { status: 429, headers: { 'retry-after': '20' } },
      { kind: 'throttled', retryAfterS: 20 },
    ],
    [{ status: 503 }, { kind: 'unavailable' }],
    [new TypeError('network'), { kind: 'unavailable' }],
  ])('tells answers apart (%#)', async (reply, result) => {
    serve({ ...csrf, [callback]: reply });
    await expect(signIn('a@b.c', 'x')).resolves.toEqual(result);
  });
});

describe('the session', () => {
  it('is absent when the server answers {}', async () => {
    serve({ '/api/auth/session': { body: {} } });
    await expect(fetchSession()).resolves.toBeUndefined();
  });

  it('is not taken for absent when the server fails: that would sign a person out', async () => {
    serve({ '/api/auth/session': { status: 503 } });
    await expect(fetchSession()).rejects.toThrow('503');
  });
});

describe('Retry-After', () => {
  const response = (value?: string) =>
    new Response(null, value === undefined ? {} : { headers: { 'retry-after': value } });
  it('is read as seconds or as a date', () => {
    expect(readRetryAfter(response('20'))).toBe(20);
    expect(readRetryAfter(response('Mon, 23 Nov 2026 14:00:30 GMT'), Date.parse('2026-11-23T14:00:00Z'))).toBe(30);
    expect(readRetryAfter(response())).toBeUndefined();
  });
});
