import { type FieldProblem, isErrorResponse, type Role, type WireFaultCode } from '@drover/contract';

/** Codes of failures that happen before or instead of a reply of the API. */
type ClientFaultCode =
  /** No reply: refused, reset, no route, blocked. */
  | 'network'
  /** No whole reply within `timeoutMs`. */
  | 'timeout'
  /** Given up by the caller's signal. */
  | 'aborted'
  /** A reply that is not the API's: a proxy's error page, a login page. */
  | 'bad_reply';

export type ApiErrorCode = WireFaultCode | ClientFaultCode;

export interface ApiErrorParts {
  readonly code: ApiErrorCode;
  /** HTTP status; 0 when there was no reply. */
  readonly status: number;
  readonly details?: unknown;
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** Why a call failed. Its message is the server's, fit to be shown. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly status: number;
  readonly details: unknown;
  /** How long the server asks to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { code, status, details, retryAfterMs, cause }: ApiErrorParts) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.details = details;
    this.retryAfterMs = retryAfterMs;
  }

  /** Rejected fields of a 400; empty for every other failure. */
  get fields(): readonly FieldProblem[] {
    const { fields } = (this.details ?? {}) as { fields?: unknown };
    return Array.isArray(fields) ? (fields as FieldProblem[]) : [];
  }

  /** The role that a 403 asks for. */
  get requiredRole(): Role | undefined {
    return ((this.details ?? {}) as { requiredRole?: Role }).requiredRole;
  }
}

/** True for a failed call, optionally of one code. */
export function isApiError(error: unknown, code?: ApiErrorCode): error is ApiError {
  return error instanceof ApiError && (code === undefined || error.code === code);
}

/** The failure that a reply stands for. `body` is what could be parsed of it. */
export function errorOfReply(response: Response, body: unknown): ApiError {
  const retryAfterMs = readRetryAfter(response.headers.get('Retry-After'));
  const retry = retryAfterMs === undefined ? {} : { retryAfterMs };
  if (isErrorResponse(body)) {
    const code = (body.code ?? 'internal') as ApiErrorCode;
    return new ApiError(body.error || 'Request failed', {
      code,
      status: response.status,
      details: body.details,
      ...retry,
    });
  }
  const message = response.ok
    ? 'The reply is not the API of Drover: something between here and there answered instead.'
    : `The request failed with status ${response.status}.`;
  return new ApiError(message, { code: 'bad_reply', status: response.status, ...retry });
}

/** Seconds or an HTTP date. */
function readRetryAfter(value: string | null): number | undefined {
  if (!value) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
