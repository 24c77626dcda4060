import { Fault } from '@drover/core';

/** Raised by our own statements when a later lease epoch leads. In PostgreSQL's class for applications. */
export const FENCED_CODE = 'DRV01';

const unavailableCodes =
  /^(08|28|3D000|57P0|25006|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ENOENT|EACCES)/;
const unavailableTexts =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable|the database system is|Cannot use a pool after/i;
const fullCodes = /^(53|54000)/;

export function fencedFault(): Fault {
  return new Fault('fenced', 'Another control plane leads now; this write came too late and was refused.');
}

/** Turns any error of the PostgreSQL driver into a fault. Faults pass unchanged. */
export function postgresFault(error: unknown, address: string): Fault {
  if (error instanceof Fault) return error;
  const original = error instanceof Error ? error : new Error(String(error));
  const parts = original instanceof AggregateError ? (original.errors as unknown[]) : [];
  const first = parts.find((part) => part instanceof Error) ?? original;
  const code = String((first as { code?: unknown }).code ?? (original as { code?: unknown }).code ?? '');
  const message = original.message === '' ? (first instanceof Error ? first.message : code) : original.message;
  // A copy: the pool hangs its client on errors, and the client holds the password.
  const cause = Object.assign(new Error(message), { code });
  if (original.stack !== undefined) cause.stack = original.stack;
  if (code === FENCED_CODE) return fencedFault();
  if (fullCodes.test(code))
    return new Fault('engine_full', `${address} has no room left (${message}).`, { cause, retryAfterMs: 5000 });
  if (code === '57014' || /Query read timeout/i.test(message))
    return new Fault('engine_timeout', `${address} did not answer in time.`, { cause, retryAfterMs: 2000 });
  if (unavailableCodes.test(code) || unavailableTexts.test(message))
    return new Fault('engine_unavailable', `${address} cannot be reached (${message}).`, { cause, retryAfterMs: 2000 });
  return new Fault('internal', `${address} answered with an error: ${message}`, { cause });
}
