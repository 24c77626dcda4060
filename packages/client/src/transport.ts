import { ApiError, errorOfReply, isApiError } from './api-error.js';
import { backoffMs, wait } from './backoff.js';
import { type RequestLimit, RequestQueue } from './request-queue.js';

/** A value, or what gives it anew for each request: a token that is renewed meanwhile. */
export type Given<T> = T | (() => T | Promise<T>);

export interface CallOptions {
  /** Gives the call up, retries included. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Version that a change is based on; the server answers `conflict` when it has moved on. */
  readonly ifMatch?: string;
  /** Told the reply's `ETag` before the call resolves: what `ifMatch` of a later change takes. */
  readonly onVersion?: (etag: string) => void;
}

export interface ClientOptions {
  /** Where the API is: a path on the same origin, or a URL. */
  readonly baseUrl?: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly headers?: Given<Readonly<Record<string, string>>>;
  /** API token; sent as a bearer token. */
  readonly token?: Given<string>;
  /** Asked before each call; `null` fails the call as not authenticated, as in the guide. */
  readonly getSession?: () => unknown;
  /** For one attempt, its reply's body included. 15 s unless told. */
  readonly timeoutMs?: number;
  /** Further attempts of a GET after a failure that may pass. 2 unless told. */
  readonly retries?: number;
  /** First wait between attempts; doubles, with jitter. 300 ms unless told. */
  readonly retryDelayMs?: number;
  /** 200 requests in 10 s unless told; `false` for no limit. A stream counts once. */
  readonly rateLimit?: RequestLimit | false;
}

export interface TransportRequest {
  readonly method: string;
  /** Path and query below the base. */
  readonly path: string;
  readonly body?: unknown;
}

/** Nobody waits longer than this in silence; the caller gets the error, with the server's wish. */
const longestRetryAfterMs = 10_000;
/** Twenty times what the guide's hooks ask for: only a loop gone wrong, or a script, meets it. */
const defaultLimit: RequestLimit = { requests: 200, perMs: 10_000 };
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Sends calls: identity, timeout, retries, errors. Knows no route. */
export class Transport {
  readonly baseUrl: string;
  readonly #options: ClientOptions;
  readonly #queue: RequestQueue | undefined;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { rateLimit = defaultLimit } = options;
    this.#queue = rateLimit === false ? undefined : new RequestQueue(rateLimit);
    this.baseUrl = (options.baseUrl ?? '').replace(/\/+$/, '');
  }

  /** The reply's JSON. Rejects with `ApiError`, always. */
  async json(request: TransportRequest, options: CallOptions = {}): Promise<unknown> {
    const retries = request.method === 'GET' ? (this.#options.retries ?? 2) : 0;
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#attempt(request, options);
      } catch (error) {
        const delayMs = attempt < retries ? this.#retryDelayMs(error, attempt) : undefined;
        if (delayMs === undefined) throw error;
        await wait(delayMs, options.signal);
      }
    }
  }

  /** The reply as it comes, its body unread. Rejects with `ApiError`; only the signal ends it once it runs. */
  async reply({ method, path, body }: TransportRequest, options: CallOptions = {}): Promise<Response> {
    const headers = headersOf(body, options);
    return this.open(path, { method, headers, ...bodyOf(body) }, options.signal);
  }

  /** Opens a stream; resolves with its reply once the headers are in. Rejects with `ApiError`. */
  async open(path: string, init: SentInit, signal?: AbortSignal): Promise<Response> {
    await this.#queue?.turn(signal);
    const response = await this.#fetch(path, { ...init, ...(signal && { signal }) });
    if (response.ok) return response;
    throw errorOfReply(response, await parse(response));
  }

  async #attempt({ method, path, body }: TransportRequest, options: CallOptions): Promise<unknown> {
    await this.#queue?.turn(options.signal);
    const abort = new AbortController();
    const onAbort = () => abort.abort();
    if (options.signal?.aborted) abort.abort();
    options.signal?.addEventListener('abort', onAbort);
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs ?? 15_000;
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort.abort();
    }, timeoutMs);
    try {
      const response = await this.#fetch(path, {
        method,
        headers: headersOf(body, options),
        ...bodyOf(body),
        signal: abort.signal,
      });
      const reply = await parse(response);
      if (!response.ok || reply === undefined) throw errorOfReply(response, reply);
      const etag = response.headers.get('etag');
      if (etag !== null) options.onVersion?.(etag);
      return reply;
    } catch (error) {
      if (options.signal?.aborted) {
        throw new ApiError('The call was given up.', { code: 'aborted', status: 0, cause: error });
      }
      if (timedOut) {
        const message = `No answer within ${timeoutMs / 1_000} s.`;
        throw new ApiError(message, { code: 'timeout', status: 0, cause: error });
      }
      // The others would be refused too: they wait as long.
      if (isApiError(error) && error.status === 429) {
        this.#queue?.hold(Math.min(error.retryAfterMs ?? 0, longestRetryAfterMs));
      }
      throw isApiError(error) ? error : unreachable(error);
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  async #fetch(path: string, init: SentInit): Promise<Response> {
    const { getSession } = this.#options;
    // Whoever gives the session may hang as any server may.
    if (getSession && !(await until(init.signal, getSession()))) {
      throw new ApiError('Not authenticated', { code: 'unauthenticated', status: 401 });
    }
    const token = await until(init.signal, give(this.#options.token));
    const headers = await until(init.signal, give(this.#options.headers));
    // Looked up at each call: a page's tracing or a test may replace the global one later.
    const send = this.#options.fetch ?? globalThis.fetch;
    try {
      return await send(`${this.baseUrl}${path}`, {
        credentials: 'same-origin',
        ...init,
        headers: { ...(token !== undefined && { Authorization: `Bearer ${token}` }), ...headers, ...init.headers },
      });
    } catch (error) {
      throw unreachable(error);
    }
  }

  /** Undefined: not worth another attempt, or too far off. */
  #retryDelayMs(error: unknown, attempt: number): number | undefined {
    if (!isApiError(error)) return undefined;
    if (error.code !== 'network' && !passing.has(error.status)) return undefined;
    const ownMs = backoffMs(attempt, this.#options.retryDelayMs ?? 300, longestRetryAfterMs);
    const delayMs = Math.max(ownMs, error.retryAfterMs ?? 0);
    return delayMs > longestRetryAfterMs ? undefined : delayMs;
  }
}

type SentInit = RequestInit & { readonly headers: Readonly<Record<string, string>> };

function headersOf(body: unknown, { ifMatch }: CallOptions): Record<string, string> {
  return {
    Accept: 'application/json',
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
    ...(ifMatch !== undefined && { 'If-Match': ifMatch }),
  };
}

function bodyOf(body: unknown): { body?: string } {
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function give<T extends string | object>(given: Given<T> | undefined): T | undefined | Promise<T> {
  return typeof given === 'function' ? given() : given;
}

/** Rejects as soon as the signal fires, whatever `work` does. */
async function until<T>(signal: AbortSignal | null | undefined, work: T | Promise<T>): Promise<T> {
  if (!signal) return work;
  signal.throwIfAborted();
  let give: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    give = () => reject(signal.reason);
    signal.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', give);
  }
}

function unreachable(cause: unknown): ApiError {
  return new ApiError('The server cannot be reached.', { code: 'network', status: 0, cause });
}

/** Undefined when the body is not JSON; a body cut off in the middle is a network failure. */
async function parse(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
