import type { IncomingMessage, ServerResponse } from 'node:http';
import { apiBasePath } from '@drover/contract';
import type { Connection } from './connection.js';
import { type ApiHandler, type ApiHandlerOptions, createApiHandler } from './create-api-handler.js';
import { type Authorize, createHostedAccess } from './hosted-access.js';
import { nodeListener } from './node-listener.js';
import { securityHeaders } from './security-headers.js';

export interface MountOptions extends Omit<ApiHandlerOptions, 'access'> {
  readonly authorize: Authorize;
}

export interface MountedApi {
  /** Answers a request to a path below the base. Never rejects. */
  fetch(request: Request, connection?: Connection): Promise<Response>;
  /** Ends the event streams. */
  close(): Promise<void>;
}

/** The API inside somebody else's server, behind that server's own sign-in. */
export function mountApi(options: MountOptions): MountedApi {
  const { authorize, log } = options;
  const access = createHostedAccess({ authorize, log });
  const api = createApiHandler({ ...options, access, metrics: { ...options.metrics, process: false } });
  return {
    async fetch(request, connection = {}) {
      const { openStream } = connection;
      const response = await api.fetch(request, {
        ...connection,
        ...(openStream && { openStream: (headers) => openStream(withoutHsts(headers)) }),
      });
      for (const [name, value] of Object.entries(securityHeaders(false))) response.headers.set(name, value);
      response.headers.delete(HSTS);
      return response;
    },
    async close() {
      api.close();
    },
  };
}

/** The host's to promise: it holds for all that the host serves. */
const HSTS = 'Strict-Transport-Security';

function withoutHsts({ [HSTS]: _, ...headers }: Readonly<Record<string, string>>): Record<string, string> {
  return headers;
}

/** As Express, Connect and `node:http` call a handler. */
export type Middleware = (incoming: IncomingMessage, outgoing: ServerResponse, next?: () => void) => void;

/** What Express adds to a request. */
interface ExpressRequest extends IncomingMessage {
  /** The whole path; `url` is what is left below the mount point. */
  originalUrl?: string;
  /** What a body parser that ran before us made of the body. */
  body?: unknown;
  rawBody?: Buffer;
}

/** A handler for Express: mounted at the base path, at the root, before or after `express.json()`. */
export function toMiddleware(app: Pick<ApiHandler, 'fetch'>, basePath: string = apiBasePath): Middleware {
  const listener = nodeListener(app, { ownsProcess: false });
  return (incoming: ExpressRequest, outgoing, next) => {
    const url = incoming.originalUrl ?? incoming.url ?? '/';
    if (next && !url.startsWith(`${basePath}/`)) {
      next();
      return;
    }
    incoming.url = url;
    // The stream was read by the parser: without this, every change would arrive without a body.
    if (incoming.readableEnded && incoming.body !== undefined) {
      incoming.rawBody ??= Buffer.from(JSON.stringify(incoming.body));
    }
    void listener(incoming, outgoing);
  };
}
