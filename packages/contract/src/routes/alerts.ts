import type { AcknowledgeAlertResponse, Alert, AlertSeverity } from '../types.js';
import type { NoInput, Route } from './route.js';

export const alertsRoutes = {
  getActiveAlerts: { method: 'GET', path: '/alerts', role: 'viewer', served: false, faults: [] },
  acknowledgeAlert: {
    method: 'POST',
    path: '/alerts/:alertId/acknowledge',
    role: 'operator',
    served: false,
    faults: ['not_found', 'conflict'],
  },
} as const satisfies Record<string, Route>;

export interface AlertFilters {
  severity?: AlertSeverity;
  queueName?: string;
  acknowledged?: boolean;
}

/** Input and reply of each route, as callers see them. */
export interface AlertsRouteTypes {
  getActiveAlerts: Omit<NoInput, 'query'> & { query: AlertFilters; reply: Alert[] };
  acknowledgeAlert: Omit<NoInput, 'params'> & { params: { alertId: string }; reply: AcknowledgeAlertResponse };
}
