/**
 * The closed list of expected failures. Adapters translate driver errors into these at
 * the edge, so a lost connection is the same fault on every engine; HTTP maps each code
 * to one status.
 */
export const faultCodes = [
  /** The engine cannot be reached or refuses us; a later try may succeed. */
  'engine_unavailable',
  /** The engine answered too late; the effect of the call is unknown. */
  'engine_timeout',
  /** The engine has no room left (memory policy, disk, connections). */
  'engine_full',
  /** The caller's lease epoch is no longer the current one: another leader took over. */
  'fenced',
  /** The document changed since the version the caller saw. */
  'conflict',
  'not_found',
  'invalid_input',
  'unauthenticated',
  'forbidden',
  'too_large',
  'rate_limited',
  'method_not_allowed',
  'not_implemented',
  'internal',
] as const;

export type FaultCode = (typeof faultCodes)[number];

export interface FaultOptions {
  readonly cause?: unknown;
  /** Machine-readable particulars that are safe to show to the caller. */
  readonly details?: unknown;
  /** When the same call is worth repeating, in milliseconds from now. */
  readonly retryAfterMs?: number;
}

/** An expected failure with a code. A message says what happened, to which thing, and what to do now. */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly details: unknown;
  readonly retryAfterMs: number | undefined;

  constructor(code: FaultCode, message: string, options: FaultOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Fault';
    this.code = code;
    this.details = options.details;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True for a fault, optionally of one code. */
export function isFault(error: unknown, code?: FaultCode): error is Fault {
  return error instanceof Fault && (code === undefined || error.code === code);
}
