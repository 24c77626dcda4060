import type { TimeoutConfiguration, UpdateTimeoutRequest, UpdateTimeoutResponse } from '../types.js';
import type { NoInput, OfQueue, Route } from './route.js';

export const timeoutsRoutes = {
  getTimeoutConfig: { method: 'GET', path: '/timeouts', role: 'viewer', served: true, faults: [] },
  updateTimeout: {
    method: 'PATCH',
    path: '/timeouts/:queueName',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'too_large'],
  },
} as const satisfies Record<string, Route>;

/** Input and reply of each route, as callers see them. */
export interface TimeoutsRouteTypes {
  getTimeoutConfig: NoInput & { reply: TimeoutConfiguration };
  updateTimeout: Omit<OfQueue, 'body'> & { body: UpdateTimeoutRequest; reply: UpdateTimeoutResponse };
}
