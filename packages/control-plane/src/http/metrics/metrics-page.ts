import { createHash, timingSafeEqual } from 'node:crypto';
import { Fault } from '@drover/core';
import type { Logger } from 'pino';
import type { Reads } from '../../use-cases/reads.js';
import type { Access } from '../access.js';
import { takes } from '../cached-body.js';
import { type Connection, callerOf } from '../connection.js';
import { credentialsOf } from '../credentials.js';
import { errorReply, faultReply } from '../error-reply.js';
import { createExposition, type MetricsFormat } from './exposition.js';

export interface MetricsOptions {
  /** A bearer token that opens the metrics and nothing else; without it only those who may read the API. */
  readonly token?: string;
  /** False in a process that is not ours to measure. `true`. */
  readonly process?: boolean;
}

export interface MetricsPageOptions {
  readonly reads: Reads;
  readonly access: Access;
  readonly metrics?: MetricsOptions;
  readonly trustProxy: boolean;
  readonly nowMs: () => number;
  readonly log: Logger;
}

export type MetricsPage = (request: Request, connection: Connection) => Promise<Response>;

/**
 * `GET /metrics` for Prometheus. Names of queues tell of a business, so nobody reads it
 * without a token: its own, or an identity that may read the API.
 */
export function createMetricsPage(options: MetricsPageOptions): MetricsPage {
  const { reads, access, metrics = {}, trustProxy, nowMs, log } = options;
  const own = metrics.token === undefined ? null : digest(metrics.token);
  const expose = createExposition({ reads, nowMs, process: metrics.process ?? true });

  const admit = async (request: Request, connection: Connection): Promise<void> => {
    const caller = callerOf(request, connection, trustProxy);
    const { bearer } = credentialsOf(request, caller);
    if (own !== null && bearer !== undefined && timingSafeEqual(own, digest(bearer))) return;
    const identity = await access.identify(request, caller);
    if (!identity) throw new Fault('unauthenticated', 'Send the metrics token, or an API token, as a bearer token.');
    const refusal = access.refuses(identity, 'viewer');
    if (refusal) throw refusal;
  };

  return async (request, connection) => {
    try {
      await admit(request, connection);
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return faultReply(new Fault('method_not_allowed', 'Metrics are read with GET.'), { Allow: 'GET, HEAD' });
      }
      const { contentType, plain, gzip } = await expose(formatFor(request.headers.get('accept')));
      const zipped = takes(request.headers.get('accept-encoding'), 'gzip');
      return new Response(zipped ? gzip() : plain, {
        headers: {
          'Content-Type': contentType,
          'Cache-Control': 'no-store',
          Vary: 'Accept, Accept-Encoding, Authorization, Cookie',
          ...(zipped && { 'Content-Encoding': 'gzip' }),
        },
      });
    } catch (error) {
      return errorReply(error, log);
    }
  };
}

/** Prometheus names OpenMetrics first when it wants it; everybody else gets the plain text. */
function formatFor(accept: string | null): MetricsFormat {
  const offers = (accept ?? '').split(',').map((part) => part.trim().toLowerCase());
  const weight = (type: string): number => {
    const offer = offers.find((part) => part.startsWith(type));
    const q = offer === undefined ? '0' : (/;\s*q=([\d.]+)/.exec(offer)?.[1] ?? '1');
    return Number(q) || 0;
  };
  return weight('application/openmetrics-text') > weight('text/plain') ? 'openmetrics' : 'text';
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
