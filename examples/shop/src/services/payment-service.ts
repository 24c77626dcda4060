import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { KeyedJournal } from '../files/keyed-journal.js';
import type { Random } from '../seeded-random.js';
import type { Charge } from './charge.js';
import { listenOnLoopback } from './listen-on-loopback.js';
import { drawFate, type PaymentMode } from './payment-behaviour.js';
import type { RunningService } from './smtp-sink.js';

/** Requests at once; one more gets 429. */
const capacity = 10;
const largestBodyBytes = 16_384;

interface ChargeRequest {
  readonly orderId: string;
  readonly amountCents: number;
  readonly card: string;
}

/**
 * The shop's payment provider: slow, limited, sometimes failing, and honest about idempotency keys, which hold for
 * at least an hour and over its own restarts. `POST /charges`, `GET /status`.
 */
export async function startPaymentService(options: {
  readonly charges: KeyedJournal<Charge>;
  readonly port: number;
  readonly random: Random;
  mode(): Promise<PaymentMode>;
}): Promise<RunningService> {
  const { charges, random } = options;
  const closing = new AbortController();
  setMaxListeners(capacity, closing.signal);
  let inFlight = 0;
  const seen = { charged: 0, declined: 0, replayed: 0, refused: 0, failed: 0 };

  async function charge(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const key = request.headers['idempotency-key'];
    const body = await readChargeRequest(request);
    if (typeof key !== 'string' || body === undefined) {
      reply(response, 400, { error: 'A charge needs an Idempotency-Key, an orderId, an amountCents and a card' });
      return;
    }
    const fate = drawFate(await options.mode(), random);
    await delay(fate.latencyMs, undefined, { signal: closing.signal });
    if (fate.outcome === 'unavailable' || fate.outcome === 'silent') {
      seen.failed += 1;
      reply(response, fate.outcome === 'silent' ? 504 : 503, { error: 'The bank does not answer' });
      return;
    }
    const status = body.card === 'card-declined' ? 'declined' : 'captured';
    const { orderId, amountCents } = body;
    const put = await charges.put(key, new Date(), { chargeId: `ch_${randomUUID()}`, orderId, amountCents, status });
    if (put.duplicate) seen.replayed += 1;
    else seen[status === 'declined' ? 'declined' : 'charged'] += 1;
    if (put.row.orderId !== orderId || put.row.amountCents !== amountCents) {
      reply(response, 409, { error: `The key ${key} belongs to another charge` });
    } else if (fate.outcome === 'reply-lost') {
      response.destroy();
    } else {
      reply(response, put.row.status === 'declined' ? 402 : 201, put.row);
    }
  }

  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url === '/status') {
      reply(response, 200, { ...seen, inFlight });
      return;
    }
    if (request.method !== 'POST' || request.url !== '/charges') {
      reply(response, 404, { error: 'POST /charges or GET /status' });
      return;
    }
    if (inFlight >= capacity) {
      seen.refused += 1;
      response.setHeader('retry-after', '1');
      reply(response, 429, { error: `More than ${capacity} requests at once` });
      return;
    }
    inFlight += 1;
    charge(request, response)
      .catch((error: unknown) => {
        if (!closing.signal.aborted) console.error('payment service:', error);
        reply(response, 500, { error: 'Internal error' });
      })
      .finally(() => {
        inFlight -= 1;
      });
  });
  const port = await listenOnLoopback(server, options.port);
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readChargeRequest(request: IncomingMessage): Promise<ChargeRequest | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > largestBodyBytes) return undefined;
    chunks.push(chunk);
  }
  try {
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Partial<ChargeRequest>;
    const { orderId, amountCents, card } = body;
    const valid = typeof orderId === 'string' && Number.isInteger(amountCents) && typeof card === 'string';
    return valid ? (body as ChargeRequest) : undefined;
  } catch {
    return undefined;
  }
}

/** Nothing to do when the caller has gone: its own timeout told it so. */
function reply(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
