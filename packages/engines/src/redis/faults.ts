import { Fault } from '@drover/core';

const unavailable =
  /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|Connection is closed|Stream isn't writeable|max retries per request|None of startup nodes|All sentinels are unreachable|Failed to refresh slots|^(LOADING|READONLY|CLUSTERDOWN|MASTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM|ERR AUTH|ERR invalid password|ERR Client sent AUTH|UNBLOCKED)|DISCONNECTS|Connection lost/i;
const full = /^OOM |max number of clients|^MISCONF/i;

/** What our scripts answer to a write whose lease epoch has passed. */
export const FENCED_REPLY = 'DROVERFENCED';

export function fencedFault(): Fault {
  return new Fault('fenced', 'Another control plane leads now; this write came too late and was refused.');
}

/** Turns any error of the Redis driver into a fault. Faults pass unchanged. */
export function redisFault(error: unknown, address: string): Fault {
  if (error instanceof Fault) return error;
  const { message, cause } = withoutSecrets(error);
  if (message.includes(FENCED_REPLY)) return fencedFault();
  if (/Command timed out/i.test(message))
    return new Fault('engine_timeout', `${address} did not answer in time.`, { cause, retryAfterMs: 2000 });
  if (full.test(message))
    return new Fault('engine_full', `${address} refuses writes (${message}): give it memory or disk.`, { cause });
  if (unavailable.test(message))
    return new Fault('engine_unavailable', `${address} cannot be reached (${message}).`, { cause, retryAfterMs: 2000 });
  return new Fault('internal', `${address} answered with an error: ${message}`, { cause });
}

/**
 * A copy of a driver's error that can be logged: ioredis hangs the failed command on its
 * errors, and the arguments of AUTH are the password.
 */
function withoutSecrets(error: unknown): { message: string; cause: Error } {
  const original = error instanceof Error ? error : new Error(String(error));
  const code = 'code' in original && typeof original.code === 'string' ? original.code : '';
  const aggregated =
    original instanceof AggregateError ? original.errors.map((part) => String(part?.message ?? '')) : [];
  const message = [original.message, ...aggregated].find((text) => text !== '') ?? (code || original.name);
  const cause = new Error(message);
  cause.name = original.name;
  if (original.stack !== undefined) cause.stack = original.stack;
  return { message: code === '' || message.includes(code) ? message : `${code}: ${message}`, cause };
}
