import { faultStatus, type WireFaultCode } from '../faults.js';
import type { Route } from '../routes/route.js';
import { commonFaults } from '../routes.js';
import type { ErrorResponse } from '../types.js';

/** What each code stands for, and a reply that carries it. */
const faults: Readonly<Record<WireFaultCode, { readonly says: string; readonly details?: unknown }>> = {
  invalid_input: {
    says: 'limit: must be a whole number',
    details: { fields: [{ in: 'query', path: 'limit', message: 'must be a whole number' }] },
  },
  unauthenticated: { says: 'Sign in, or send a valid API token.' },
  forbidden: {
    says: 'This needs the role operator; you have viewer.',
    details: { requiredRole: 'operator', role: 'viewer' },
  },
  not_found: { says: 'There is no queue named "email-sendin".', details: { queueName: 'email-sendin' } },
  method_not_allowed: { says: 'This path takes GET, HEAD, OPTIONS.' },
  conflict: { says: 'It was changed meanwhile. Read it again and repeat the change.' },
  too_large: { says: 'A body has at most 256 KB.' },
  rate_limited: { says: 'Too many requests. Wait before you try again.' },
  internal: { says: 'Drover failed to answer this request. Its log says why.' },
  not_implemented: { says: 'This version of Drover does not serve this call yet.' },
  engine_unavailable: { says: 'Drover cannot reach its engine.' },
  engine_full: { says: 'The engine has no memory left for this.' },
  fenced: { says: 'Another control plane has taken over meanwhile. Try again.' },
  engine_timeout: { says: 'The engine took too long to answer. Try again, or ask for less.' },
};

/** The codes that a route can answer with, in the order of their statuses. */
export function faultCodesOf(route: Route): readonly WireFaultCode[] {
  const own: readonly WireFaultCode[] = route.served ? route.faults : [...route.faults, 'not_implemented'];
  return [...new Set([...commonFaults, ...own])].sort((a, b) => faultStatus[a] - faultStatus[b]);
}

/** An example of each failure, once for the whole document. */
export function errorExamples(): Readonly<Record<string, { readonly value: ErrorResponse }>> {
  const entries = Object.entries(faults).map(([code, { says, details }]) => {
    const value: ErrorResponse = { success: false, error: says, code, ...(details !== undefined && { details }) };
    return [code, { value }] as const;
  });
  return Object.fromEntries(entries);
}

/** OpenAPI's responses for every failure of a route: one for each status, an example for each code. */
export function errorResponses(route: Route): Record<string, unknown> {
  const codes = faultCodesOf(route);
  const statuses = [...new Set(codes.map((code) => faultStatus[code]))];
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      errorResponse(
        status,
        codes.filter((code) => faultStatus[code] === status),
      ),
    ]),
  );
}

function errorResponse(status: number, codes: readonly WireFaultCode[]): unknown {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    ...(status === 429 || status === 503 ? { headers: { 'Retry-After': retryAfter } } : {}),
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/ErrorResponse' },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

const retryAfter = { description: 'Seconds to wait before the next try.', schema: { type: 'integer', minimum: 0 } };
