import type {
  DeleteRateLimitResponse,
  RateLimitConfigurationResponse,
  RateLimitHistoryResponse,
  RateLimitStatusResponse,
  UpdateRateLimitRequest,
  UpdateRateLimitResponse,
} from '../types.js';
import type { NoInput, Route } from './route.js';

export const rateLimitsRoutes = {
  getRateLimitConfig: { method: 'GET', path: '/rate-limits', role: 'viewer', served: true, faults: [] },
  getRateLimitStatus: {
    method: 'GET',
    path: '/rate-limits/:limiterName/status',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  getRateLimitHistory: {
    method: 'GET',
    path: '/rate-limits/:limiterName/history',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  updateRateLimit: {
    method: 'PATCH',
    path: '/rate-limits/:limiterName',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'limiter.update',
  },
  deleteRateLimit: {
    method: 'DELETE',
    path: '/rate-limits/:limiterName',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout', 'engine_full'],
    audit: 'limiter.delete',
  },
} as const satisfies Record<string, Route>;

interface OfLimiter {
  params: { limiterName: string };
  query: undefined;
  body: undefined;
}

export interface RateLimitHistoryQuery {
  /** Default: a day before `until`. */
  since?: Date | string;
  /** Default: now. */
  until?: Date | string;
  /** Most minutes in the reply, the latest of the range. Default and most: 1,440. */
  limit?: number;
}

/** Input and reply of each route, as callers see them. */
export interface RateLimitsRouteTypes {
  getRateLimitConfig: NoInput & { reply: RateLimitConfigurationResponse };
  getRateLimitStatus: OfLimiter & { reply: RateLimitStatusResponse };
  getRateLimitHistory: Omit<OfLimiter, 'query'> & { query: RateLimitHistoryQuery; reply: RateLimitHistoryResponse };
  deleteRateLimit: OfLimiter & { reply: DeleteRateLimitResponse };
  updateRateLimit: Omit<OfLimiter, 'body'> & { body: UpdateRateLimitRequest; reply: UpdateRateLimitResponse };
}
