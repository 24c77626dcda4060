import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Bytes, takes } from './cached-body.js';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const COMPRESSIBLE = /^(text|application\/(json|manifest)|image\/svg)/;
/** As Vite names what never changes: `assets/index-DiwrgTda.js`. */
const HASHED = /^assets\/.*-[\w-]{8,}\.\w+$/;

interface StaticFile {
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly plain: Bytes;
  readonly br?: Bytes;
  readonly gzip?: Bytes;
}

export type StaticFiles = (request: Request, pathname: string) => Response | null;

/**
 * The dashboard's files, read into memory once: what is not in this list is not served,
 * whatever the path spells. Uses the build's `.br` and `.gz` where they are, else compresses
 * here. Page loads of any other path get index.html, whose router shows the view or a 404.
 */
export function createStaticFiles(directory: string): StaticFiles {
  const files = readFiles(directory);
  const index = files.get('/index.html');
  return (request, pathname) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null;
    const file = files.get(decoded(pathname)) ?? (isPageLoad(request) ? index : undefined);
    return file ? send(request, file) : null;
  };
}

function readFiles(directory: string): Map<string, StaticFile> {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
  const present = new Set(names);
  const files = new Map<string, StaticFile>();
  for (const name of names) {
    const type = contentTypes[path.extname(name)];
    if (type === undefined) continue;
    const read = (suffix: string) => readFileSync(path.join(directory, name + suffix)) as Bytes;
    const plain = read('');
    const squeeze = COMPRESSIBLE.test(type) && plain.length > 1_024;
    const br = present.has(`${name}.br`) ? read('.br') : squeeze ? brotli(plain) : undefined;
    const gzip = present.has(`${name}.gz`) ? read('.gz') : squeeze ? (gzipSync(plain) as Bytes) : undefined;
    const urlPath = `/${name.split(path.sep).join('/')}`;
    files.set(urlPath, {
      headers: {
        'Content-Type': type,
        'Cache-Control': HASHED.test(name) ? 'public, max-age=31536000, immutable' : 'no-cache',
        Vary: 'Accept-Encoding',
      },
      etag: `W/"${createHash('sha1').update(plain).digest('base64url')}"`,
      plain,
      ...(br && { br }),
      ...(gzip && { gzip }),
    });
  }
  return files;
}

/** Quality 5: the build's own files come with the best already. */
function brotli(plain: Bytes): Bytes {
  return brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) as Bytes;
}

function send(request: Request, { headers, etag, plain, br, gzip }: StaticFile): Response {
  const tagged = { ...headers, ETag: etag };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers: tagged });
  const accepted = request.headers.get('accept-encoding');
  const [body, coding] =
    br && takes(accepted, 'br') ? [br, 'br'] : gzip && takes(accepted, 'gzip') ? [gzip, 'gzip'] : [plain, undefined];
  return new Response(body, {
    headers: {
      ...tagged,
      'Content-Length': String(body.length),
      ...(coding !== undefined && { 'Content-Encoding': coding }),
    },
  });
}

function isPageLoad(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/html') === true;
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
