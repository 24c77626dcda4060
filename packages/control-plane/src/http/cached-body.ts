import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** Below this a compressed reply costs more than it saves. */
const MIN_COMPRESSED_BYTES = 1_024;

/** What a `Response` takes: never backed by memory shared between threads. */
export type Bytes = Buffer<ArrayBuffer>;

/** A JSON reply that many callers get: serialised once, compressed when the first asks for that. */
export class CachedBody {
  readonly json: Bytes;
  #gzip: Bytes | undefined;
  #etag: string | undefined;

  constructor(value: unknown) {
    this.json = Buffer.from(JSON.stringify(value));
  }

  /** Level 4: two thirds of the time of level 6 for 4 % more bytes. */
  get gzip(): Bytes {
    this.#gzip ??= gzipSync(this.json, { level: 4 }) as Bytes;
    return this.#gzip;
  }

  /** Of the content, so that it holds on every replica; weak, because it stands for every encoding. */
  get etag(): string {
    this.#etag ??= `W/"${createHash('sha1').update(this.json).digest('base64url')}"`;
    return this.#etag;
  }
}

/** The body in the best form that the caller takes, or 304 when it has it. */
export function sendBody(request: Request, body: CachedBody, headers: Readonly<Record<string, string>> = {}): Response {
  const common = {
    'Content-Type': 'application/json; charset=utf-8',
    // A browser may keep it to revalidate, a shared cache may not; whoever has it asks again each time.
    'Cache-Control': 'private, no-cache',
    Vary: 'Accept-Encoding, Authorization, Cookie',
    ETag: body.etag,
    ...headers,
  };
  if (matches(request.headers.get('if-none-match'), body.etag))
    return new Response(null, { status: 304, headers: common });
  const zipped = body.json.length >= MIN_COMPRESSED_BYTES && takesGzip(request.headers.get('accept-encoding'));
  const bytes = zipped ? body.gzip : body.json;
  return new Response(bytes, {
    headers: { ...common, 'Content-Length': String(bytes.length), ...(zipped && { 'Content-Encoding': 'gzip' }) },
  });
}

function matches(header: string | null, etag: string): boolean {
  if (header === null) return false;
  const bare = etag.replace(/^W\//, '');
  return header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === bare);
}

function takesGzip(header: string | null): boolean {
  return takes(header, 'gzip');
}

/** Whether `Accept-Encoding` names the coding without refusing it (`q=0`). */
export function takes(header: string | null, coding: string): boolean {
  return (header ?? '').split(',').some((part) => {
    const [name = '', ...parameters] = part.trim().split(';');
    return name.trim().toLowerCase() === coding && !parameters.some((text) => /^\s*q=0(\.0*)?\s*$/i.test(text));
  });
}
