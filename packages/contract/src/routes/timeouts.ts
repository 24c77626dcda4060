import type {
  QueueTimeout,
  TimeoutConfiguration,
  UpdateDefaultTimeoutResponse,
  UpdateTimeoutRequest,
  UpdateTimeoutResponse,
} from '../types.js';
import type { NoInput, OfQueue, Route } from './route.js';

export const timeoutsRoutes = {
  getTimeoutConfig: { method: 'GET', path: '/timeouts', role: 'viewer', served: true, faults: [] },
  getDefaultTimeout: { method: 'GET', path: '/timeouts/default', role: 'viewer', served: true, faults: [] },
  updateDefaultTimeout: {
    method: 'PATCH',
    path: '/timeouts',
    role: 'admin',
    served: true,
    faults: ['conflict', 'too_large'],
    audit: 'timeout.update',
  },
  updateTimeout: {
    method: 'PATCH',
    path: '/timeouts/:queueName',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'too_large'],
    audit: 'timeout.update',
  },
} as const satisfies Record<string, Route>;

/** Input and reply of each route, as callers see them. */
export interface TimeoutsRouteTypes {
  getTimeoutConfig: NoInput & { reply: TimeoutConfiguration };
  getDefaultTimeout: NoInput & { reply: QueueTimeout };
  updateDefaultTimeout: Omit<NoInput, 'body'> & { body: UpdateTimeoutRequest; reply: UpdateDefaultTimeoutResponse };
  updateTimeout: Omit<OfQueue, 'body'> & { body: UpdateTimeoutRequest; reply: UpdateTimeoutResponse };
}
