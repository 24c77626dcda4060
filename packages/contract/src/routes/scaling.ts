import type {
  ScalingDecision,
  ScalingHistoryResponse,
  ScalingPolicy,
  UpdateScalingPolicyRequest,
  UpdateScalingPolicyResponse,
} from '../types.js';
import type { NoInput, OfQueue, Route } from './route.js';

export const scalingRoutes = {
  getScalingPolicies: { method: 'GET', path: '/scaling/policies', role: 'viewer', served: false, faults: [] },
  updateScalingPolicy: {
    method: 'PATCH',
    path: '/scaling/policies/:queueName',
    role: 'admin',
    served: false,
    faults: ['not_found', 'conflict', 'too_large'],
  },
  getScalingDecision: {
    method: 'GET',
    path: '/scaling/decision/:queueName',
    role: 'viewer',
    served: false,
    faults: ['not_found'],
  },
  getScalingHistory: {
    method: 'GET',
    path: '/scaling/history/:queueName',
    role: 'viewer',
    served: false,
    faults: ['not_found', 'engine_timeout'],
  },
} as const satisfies Record<string, Route>;

export interface ScalingHistoryQuery {
  limit?: number;
  since?: string;
  /** The paged form of the guide's section 8. */
  offset?: number;
}

/** Input and reply of each route, as callers see them. */
export interface ScalingRouteTypes {
  getScalingPolicies: NoInput & { reply: ScalingPolicy[] };
  updateScalingPolicy: Omit<OfQueue, 'body'> & { body: UpdateScalingPolicyRequest; reply: UpdateScalingPolicyResponse };
  getScalingDecision: OfQueue & { reply: ScalingDecision };
  getScalingHistory: Omit<OfQueue, 'query'> & { query: ScalingHistoryQuery; reply: ScalingHistoryResponse };
}
