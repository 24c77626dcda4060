import { type ErrorResponse, faultStatus } from '@drover/contract';
import { Fault, type FaultCode, isFault } from '@drover/core';
import type { Logger } from 'pino';

/** Fails to compile when a fault has no status. */
const statusOf: Readonly<Record<FaultCode, number>> = faultStatus;

/** When the fault itself does not say: about a tick. */
const DEFAULT_RETRY_S = 5;

/** The guide's error body for whatever went wrong. Of a bug the caller learns nothing; the log does. */
export function errorReply(error: unknown, log: Logger): Response {
  if (isFault(error) && error.code !== 'internal') return faultReply(error);
  log.error({ err: error }, 'a request failed');
  return faultReply(new Fault('internal', 'Drover failed to answer this request. Its log says why.'));
}

export function faultReply(fault: Fault, extra: Readonly<Record<string, string>> = {}): Response {
  const status = statusOf[fault.code];
  const body: ErrorResponse = {
    success: false,
    error: fault.message,
    code: fault.code,
    ...(fault.details !== undefined && { details: fault.details }),
  };
  const headers: Record<string, string> = { ...extra };
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer';
  if (status === 429 || status === 503 || status === 504) {
    headers['Retry-After'] = String(Math.ceil((fault.retryAfterMs ?? DEFAULT_RETRY_S * 1_000) / 1_000));
  }
  return jsonReply(body, status, headers);
}

/** A reply that belongs to one caller and one moment: nothing may keep it. */
export function jsonReply(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers },
  });
}
