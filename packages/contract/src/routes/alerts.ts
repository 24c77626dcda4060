import type { AcknowledgeAlertResponse, Alert, AlertKind, AlertSeverity } from '../types.js';
import type { NoInput, OfQueue, Route } from './route.js';

export const alertsRoutes = {
  getActiveAlerts: { method: 'GET', path: '/alerts', role: 'viewer', served: true, faults: [] },
  acknowledgeAlert: {
    method: 'POST',
    path: '/alerts/:alertId/acknowledge',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'engine_timeout'],
    audit: 'alert.acknowledge',
  },
  acknowledgeAlerts: {
    method: 'POST',
    path: '/alerts/acknowledge',
    role: 'operator',
    served: true,
    faults: ['too_large', 'engine_timeout'],
    audit: 'alert.acknowledge',
  },
  getAlertHistory: {
    method: 'GET',
    path: '/alerts/history',
    role: 'viewer',
    served: true,
    faults: ['engine_timeout'],
  },
  getAlertThresholds: { method: 'GET', path: '/alerts/thresholds', role: 'viewer', served: true, faults: [] },
  updateAlertThresholds: {
    method: 'PATCH',
    path: '/alerts/thresholds',
    role: 'admin',
    served: true,
    faults: ['conflict', 'too_large', 'engine_timeout'],
    audit: 'thresholds.update',
  },
  getQueueAlertThresholds: {
    method: 'GET',
    path: '/alerts/thresholds/:queueName',
    role: 'viewer',
    served: true,
    faults: ['not_found'],
  },
  updateQueueAlertThresholds: {
    method: 'PATCH',
    path: '/alerts/thresholds/:queueName',
    role: 'admin',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout'],
    audit: 'thresholds.update',
  },
  getAlertSilences: { method: 'GET', path: '/alerts/silences', role: 'viewer', served: true, faults: [] },
  createAlertSilence: {
    method: 'POST',
    path: '/alerts/silences',
    role: 'operator',
    served: true,
    faults: ['conflict', 'too_large', 'engine_timeout'],
    audit: 'silence.create',
  },
  deleteAlertSilence: {
    method: 'DELETE',
    path: '/alerts/silences/:silenceId',
    role: 'operator',
    served: true,
    faults: ['not_found', 'engine_timeout'],
    audit: 'silence.end',
  },
  getAlertNotifiers: {
    method: 'GET',
    path: '/alerts/notifiers',
    role: 'operator',
    served: true,
    faults: ['engine_timeout'],
  },
  testAlertNotifier: {
    method: 'POST',
    path: '/alerts/notifiers/:notifierName/test',
    role: 'admin',
    served: true,
    faults: ['not_found'],
    audit: 'notifier.test',
  },
} as const satisfies Record<string, Route>;

export interface AlertFilters {
  severity?: AlertSeverity;
  queueName?: string;
  acknowledged?: boolean;
  /** Additions of Drover. */
  kind?: AlertKind;
  silenced?: boolean;
}

/** Exactly one of `ids` and `filter`; an empty filter stands for all that fire. */
export interface AcknowledgeAlertsRequest {
  /** At most 500. */
  ids?: string[];
  filter?: { severity?: AlertSeverity; queueName?: string; kind?: AlertKind };
}

export interface AcknowledgeAlertsResponse {
  success: boolean;
  /** Acknowledged + failed. */
  total: number;
  /** Those acknowledged before included. */
  acknowledged: number;
  failed: number;
  alerts: Alert[];
  /** At most 100. */
  errors?: { id: string; error: string }[];
}

export interface AlertHistoryQuery {
  /** 50 unless told, 500 at most. */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** Resolved at this instant or later. */
  since?: Date | string;
  /** Resolved before this instant. */
  until?: Date | string;
  queueName?: string;
  /** The worst that the alert has been. */
  severity?: AlertSeverity;
  kind?: AlertKind;
}

/** Resolved alerts of the last 30 days, the latest resolved first. */
export interface AlertHistoryResponse {
  alerts: Alert[];
  /** Absent on the last page. A page of a filtered history may be short and yet have one. */
  nextCursor?: string;
}

export interface AlertThreshold {
  warning: number;
  critical: number;
}

/** When something is wrong with a queue, and when somebody is told. */
export interface AlertThresholds {
  /** Jobs that could run now. */
  queueDepth: AlertThreshold;
  /** ms */
  oldestWaitingMs: AlertThreshold;
  /** Percent of finished attempts over 5 minutes. */
  errorRate: AlertThreshold;
  /** Percent of finished attempts over 5 minutes. */
  timeoutRate: AlertThreshold;
  /** p95 over 5 minutes, ms. */
  processingMs: AlertThreshold;
  /** RSS of the hard limit of the fullest worker, percent. */
  memoryPercent: AlertThreshold;
  /** Time that workers waited for a rate limit, over 5 minutes, percent. */
  rateLimitedPercent: AlertThreshold;
  /** Rates of fewer finished attempts are not judged. */
  minFinished: number;
  /** How long a limit must be exceeded before an alert fires or gets worse, ms. */
  alertAfterMs: number;
  /** How long a value must be clear of its limit before an alert gets better or resolves, ms. */
  resolveAfterMs: number;
  /** How far below its limit a value is clear of it, percent of the limit. */
  resolveMarginPercent: number;
}

/** Fields not named stay; `null` takes back what was set here, so that the configuration holds again. */
export type UpdateAlertThresholdsRequest = {
  [K in keyof AlertThresholds]?:
    | (AlertThresholds[K] extends number ? number : { warning?: number | null; critical?: number | null })
    | null;
};

export interface AlertThresholdsResponse {
  /** Absent for those that hold for every queue without its own. */
  queueName?: string;
  /** What holds now. */
  thresholds: AlertThresholds;
  /** Which of them were set at run time, as `queueDepth` or `queueDepth.warning`. */
  overrides: string[];
}

export interface UpdateAlertThresholdsResponse extends AlertThresholdsResponse {
  success: boolean;
}

/** A time in which nobody is told of some alerts: they fire, are shown and recorded as silenced. */
export interface AlertSilence {
  id: string;
  /** Absent for every queue. */
  queueName?: string;
  /** Absent for every kind. */
  kind?: AlertKind;
  from: Date;
  until: Date;
  why: string;
  by: string;
  createdAt: Date;
}

export interface CreateAlertSilenceRequest {
  queueName?: string;
  kind?: AlertKind;
  /** Now unless told. */
  from?: Date | string;
  /** At most 90 days after `from`. */
  until: Date | string;
  why: string;
}

export interface AlertSilenceResponse {
  success: boolean;
  silence: AlertSilence;
}

/** A notifier of the configuration, and how it does. Never its address or secret. */
export interface AlertNotifier {
  name: string;
  kind: 'webhook' | 'slack' | 'mail';
  /** News of alerts that it has not been sent; those of a message under way apart. */
  pending: number;
  /** True while a message is under way, or waits to be tried again. */
  sending: boolean;
  /** Attempts of that message that failed. */
  failedAttempts: number;
  lastSuccessAt?: Date;
  lastFailureAt?: Date;
  lastError?: string;
  nextAttemptAt?: Date;
  /** What of the configuration leads to it, in order; one that takes everything where there are no routes. */
  routes?: AlertNotifierRoute[];
}

/** Alerts that a notifier is told of. */
export interface AlertNotifierRoute {
  /** Absent for any. */
  severity?: AlertSeverity;
  /** Absent for any. */
  queues?: string[];
  /** Absent for any. */
  kinds?: AlertKind[];
  /** True where an earlier route may have taken such alerts for others. */
  afterOthers?: boolean;
}

export interface TestAlertNotifierResponse {
  success: boolean;
  notifier: string;
  delivered: boolean;
  durationMs: number;
  /** Why not. */
  error?: string;
}

/** Input and reply of each route, as callers see them. */
export interface AlertsRouteTypes {
  getActiveAlerts: Omit<NoInput, 'query'> & { query: AlertFilters; reply: Alert[] };
  acknowledgeAlert: Omit<NoInput, 'params'> & { params: { alertId: string }; reply: AcknowledgeAlertResponse };
  acknowledgeAlerts: Omit<NoInput, 'body'> & { body: AcknowledgeAlertsRequest; reply: AcknowledgeAlertsResponse };
  getAlertHistory: Omit<NoInput, 'query'> & { query: AlertHistoryQuery; reply: AlertHistoryResponse };
  getAlertThresholds: NoInput & { reply: AlertThresholdsResponse };
  updateAlertThresholds: Omit<NoInput, 'body'> & {
    body: UpdateAlertThresholdsRequest;
    reply: UpdateAlertThresholdsResponse;
  };
  getQueueAlertThresholds: OfQueue & { reply: AlertThresholdsResponse };
  updateQueueAlertThresholds: Omit<OfQueue, 'body'> & {
    body: UpdateAlertThresholdsRequest;
    reply: UpdateAlertThresholdsResponse;
  };
  getAlertSilences: NoInput & { reply: AlertSilence[] };
  createAlertSilence: Omit<NoInput, 'body'> & { body: CreateAlertSilenceRequest; reply: AlertSilenceResponse };
  deleteAlertSilence: Omit<NoInput, 'params'> & { params: { silenceId: string }; reply: AlertSilenceResponse };
  getAlertNotifiers: NoInput & { reply: AlertNotifier[] };
  testAlertNotifier: Omit<NoInput, 'params'> & {
    params: { notifierName: string };
    reply: TestAlertNotifierResponse;
  };
}
