import type {
  ControlPlaneStatus,
  LiveDelta,
  LiveSnapshot,
  PublishedTopic,
  TopicEvent,
  TrendsResponse,
} from '../live.js';
import type {
  DashboardSummaryResponse,
  ExecutionStatsResponse,
  QueueHealthStatus,
  QueueMetricsResponse,
  QueueSystemHealthResponse,
} from '../types.js';
import type { NoInput, OfQueue, Route } from './route.js';

export const monitoringRoutes = {
  getSystemHealth: { method: 'GET', path: '/health', role: 'viewer', served: true, faults: [] },
  getDashboardSummary: { method: 'GET', path: '/dashboard', role: 'viewer', served: true, faults: [] },
  getQueuesHealth: { method: 'GET', path: '/queues/health', role: 'viewer', served: true, faults: [] },
  getTrends: { method: 'GET', path: '/queues/trends', role: 'viewer', served: true, faults: ['engine_timeout'] },
  getQueueMetrics: {
    method: 'GET',
    path: '/queues/:queueName/metrics',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  getStatus: { method: 'GET', path: '/status', role: 'viewer', served: true, faults: [] },
  openEvents: { method: 'GET', path: '/events', role: 'viewer', served: true, faults: [], stream: true },
  getExecutionStats: {
    method: 'GET',
    path: '/queues/:queueName/execution-stats',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
} as const satisfies Record<string, Route>;

export interface QueueMetricsQuery {
  history?: boolean;
  /** At most this many entries, the newest ones. 60 unless told, 5,000 at most. */
  historyLimit?: number;
  /** Additions of Drover. Start of the range, inclusive. */
  since?: Date | string;
  /** End of the range, exclusive; now unless told. */
  until?: Date | string;
  /** Wished span of one entry; the reply says which it has. */
  stepMs?: number;
}

export interface TrendsQuery {
  /** How far back, 1 hour unless told. */
  rangeMs?: number;
}

export interface EventsQuery {
  /** Resume after this event; browsers send the header of the same name only when they reconnect. */
  lastEventId?: string;
  /** Comma-separated, of `eventTopics`; `snapshot` unless told. */
  topics?: string;
}

export type LiveEvent =
  | { event: 'snapshot'; data: LiveSnapshot }
  | { event: 'delta'; data: LiveDelta }
  | { event: PublishedTopic; data: TopicEvent }
  /**
   * `ready`: what happens on these topics from here on comes, also after a return with this event's id.
   * `reset`: events of these topics were missed for good; read again what they are about.
   */
  | { event: 'ready' | 'reset'; data: { topics: PublishedTopic[] } }
  /** The server ends this stream, and why. */
  | { event: 'dropped'; data: { reason: string } };

/** Input and reply of each route, as callers see them. */
export interface MonitoringRouteTypes {
  getSystemHealth: NoInput & { reply: QueueSystemHealthResponse };
  getDashboardSummary: NoInput & { reply: DashboardSummaryResponse };
  getQueuesHealth: NoInput & { reply: QueueHealthStatus[] };
  getTrends: Omit<NoInput, 'query'> & { query: TrendsQuery; reply: TrendsResponse };
  getQueueMetrics: Omit<OfQueue, 'query'> & { query: QueueMetricsQuery; reply: QueueMetricsResponse };
  getStatus: NoInput & { reply: ControlPlaneStatus };
  openEvents: Omit<NoInput, 'query'> & { query: EventsQuery; reply: LiveEvent };
  getExecutionStats: OfQueue & { reply: ExecutionStatsResponse };
}
