/** A browser's cookies and headers around `fetch`, and next-auth's client as it calls its endpoints. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(origin: string, headers: Readonly<Record<string, string>> = {}) {
    this.#origin = origin;
    this.#headers = headers;
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${this.#origin}${path}`, {
      redirect: 'manual',
      ...init,
      headers: {
        ...(cookie !== '' && { Cookie: cookie }),
        ...(init.method !== undefined && { Origin: this.#origin, 'Sec-Fetch-Site': 'same-origin' }),
        ...this.#headers,
        ...(init.headers as Record<string, string> | undefined),
      },
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ');
      const name = pair.slice(0, pair.indexOf('='));
      const ended = attributes.some((text) => text.startsWith('Expires=') && Date.parse(text.slice(8)) < 86_400_000);
      if (ended) this.cookies.delete(name);
      else this.cookies.set(name, pair.slice(name.length + 1));
    }
    return response;
  }

  /** `getSession()` of next-auth: `null` when the object is empty. */
  async getSession(): Promise<{ user: Record<string, string>; expires: string } | null> {
    const data = (await (await this.fetch('/api/auth/session')).json()) as object;
    return Object.keys(data).length > 0 ? (data as { user: Record<string, string>; expires: string }) : null;
  }

  async getCsrfToken(): Promise<string> {
    return ((await (await this.fetch('/api/auth/csrf')).json()) as { csrfToken: string }).csrfToken;
  }

  /** `signIn('credentials', { redirect: false, … })` of next-auth. */
  async signIn(email: string, password: string, callbackUrl = `${this.#origin}/queues`) {
    const response = await this.fetch('/api/auth/callback/credentials?', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        email,
        password,
        csrfToken: await this.getCsrfToken(),
        callbackUrl,
        json: 'true',
      }).toString(),
    });
    const data = (await response.json()) as { url: string };
    const error = new URL(data.url).searchParams.get('error');
    return { error, status: response.status, ok: response.ok, url: error === null ? data.url : null, response };
  }

  /** `signOut({ redirect: false })` of next-auth. */
  async signOut(): Promise<{ url: string }> {
    const response = await this.fetch('/api/auth/signout', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        csrfToken: await this.getCsrfToken(),
        callbackUrl: `${this.#origin}/`,
        json: 'true',
      }).toString(),
    });
    return (await response.json()) as { url: string };
  }
}
