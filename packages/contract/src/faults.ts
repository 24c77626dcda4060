/**
 * Every code that an error reply of the API can carry, and its HTTP status. The control
 * plane checks at compile time that no fault of `core` is missing here.
 */
export const faultStatus = {
  invalid_input: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  not_implemented: 501,
  engine_unavailable: 503,
  engine_full: 503,
  /** Another leader took over while the call ran; the same call succeeds at any replica. */
  fenced: 503,
  engine_timeout: 504,
} as const;

export type WireFaultCode = keyof typeof faultStatus;
export type FaultStatus = (typeof faultStatus)[WireFaultCode];

/** One rejected field of a 400 reply; `details.fields` is a list of these. */
export interface FieldProblem {
  /** Where the value came from. */
  in: 'path' | 'query' | 'body' | 'header';
  /** Dotted path of the field, empty for the whole. */
  path: string;
  message: string;
}

/** `details` of a 403 for a role that is too low. */
export interface RoleDetails {
  requiredRole: Role;
  role: Role;
}

/** Roles, lowest first: each may do all that those before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Whether one role includes another. */
export function roleIncludes(held: Role, required: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(required);
}
