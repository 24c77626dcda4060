import type { RateLimitConfiguration, RateLimitStatusResponse } from '../types.js';
import type { NoInput, Route } from './route.js';

export const rateLimitsRoutes = {
  getRateLimitConfig: { method: 'GET', path: '/rate-limits', role: 'viewer', served: false, faults: [] },
  getRateLimitStatus: {
    method: 'GET',
    path: '/rate-limits/:limiterName/status',
    role: 'viewer',
    served: false,
    faults: ['not_found'],
  },
} as const satisfies Record<string, Route>;

/** Input and reply of each route, as callers see them. */
export interface RateLimitsRouteTypes {
  getRateLimitConfig: NoInput & { reply: RateLimitConfiguration };
  getRateLimitStatus: Omit<NoInput, 'params'> & { params: { limiterName: string }; reply: RateLimitStatusResponse };
}
