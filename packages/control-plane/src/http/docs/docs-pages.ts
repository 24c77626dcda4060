import { openApiDocument } from '@drover/contract/openapi';
import { CachedBody, sendBody } from '../cached-body.js';
import { pageScript, pageStyles } from './page-files.js';
import { renderDocs } from './render-docs.js';

export interface DocsOptions {
  readonly version: () => string;
  readonly basePath: string;
}

/** Answers a path below the API's base that belongs to its documentation; `null` for any other. */
export type DocsPages = (request: Request, path: string) => Response | null;

/** The API's description of itself, made when it is first asked for. */
export function createDocsPages({ version, basePath }: DocsOptions): DocsPages {
  const describe = () => openApiDocument({ version: version(), basePath });
  let document: CachedBody | undefined;
  const texts = new Map<string, string>();
  const files: Readonly<Record<string, { readonly type: string; readonly make: () => string }>> = {
    '/docs': { type: 'text/html', make: () => renderDocs(describe()) },
    '/docs/page.css': { type: 'text/css', make: () => pageStyles },
    '/docs/page.js': { type: 'text/javascript', make: () => pageScript },
  };
  return (request, path) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return null;
    if (path === '/openapi.json') {
      document ??= new CachedBody(describe());
      return sendBody(request, document);
    }
    const file = files[path];
    if (!file) return null;
    const text = texts.get(path) ?? file.make();
    texts.set(path, text);
    return new Response(text, {
      headers: { 'Content-Type': `${file.type}; charset=utf-8`, 'Cache-Control': 'private, no-cache' },
    });
  };
}
