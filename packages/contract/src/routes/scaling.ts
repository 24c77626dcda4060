import type { ScalingHoldReply, SetScalingHoldRequest } from '../scaling.js';
import type {
  ScalingDecision,
  ScalingHistoryResponse,
  ScalingPolicy,
  UpdateScalingPolicyRequest,
  UpdateScalingPolicyResponse,
} from '../types.js';
import type { NoInput, OfQueue, Route } from './route.js';

export const scalingRoutes = {
  getScalingPolicies: { method: 'GET', path: '/scaling/policies', role: 'viewer', served: true, faults: [] },
  updateScalingPolicy: {
    method: 'PATCH',
    path: '/scaling/policies/:queueName',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'policy.update',
  },
  getScalingDecision: {
    method: 'GET',
    path: '/scaling/decision/:queueName',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  getScalingHistory: {
    method: 'GET',
    path: '/scaling/history/:queueName',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  setScalingHold: {
    method: 'POST',
    path: '/scaling/hold/:queueName',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'scaling.hold',
  },
  endScalingHold: {
    method: 'DELETE',
    path: '/scaling/hold/:queueName',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout', 'engine_full'],
    audit: 'scaling.release',
  },
} as const satisfies Record<string, Route>;

export interface ScalingHistoryQuery {
  limit?: number;
  since?: string;
  /** The paged form of the guide's section 8: rows to skip, as of this caller's last page without it. 10,000 at most. */
  offset?: number;
  /** Addition of Drover: `nextCursor` of the page before. */
  cursor?: string;
}

/** Input and reply of each route, as callers see them. */
export interface ScalingRouteTypes {
  getScalingPolicies: NoInput & { reply: ScalingPolicy[] };
  updateScalingPolicy: Omit<OfQueue, 'body'> & { body: UpdateScalingPolicyRequest; reply: UpdateScalingPolicyResponse };
  getScalingDecision: OfQueue & { reply: ScalingDecision };
  setScalingHold: Omit<OfQueue, 'body'> & { body: SetScalingHoldRequest; reply: ScalingHoldReply };
  endScalingHold: OfQueue & { reply: ScalingHoldReply };
  getScalingHistory: Omit<OfQueue, 'query'> & { query: ScalingHistoryQuery; reply: ScalingHistoryResponse };
}
