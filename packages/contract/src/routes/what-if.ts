import type { SimulateScalingRequest, SimulateScalingResponse } from '../what-if.js';
import type { NoInput, Route } from './route.js';

export const whatIfRoutes = {
  simulateScaling: {
    method: 'POST',
    path: '/scaling/simulate',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'too_large', 'engine_timeout'],
    asks: true,
  },
} as const satisfies Record<string, Route>;

/** Input and reply of each route, as callers see them. */
export interface WhatIfRouteTypes {
  simulateScaling: Omit<NoInput, 'body'> & { body: SimulateScalingRequest; reply: SimulateScalingResponse };
}
