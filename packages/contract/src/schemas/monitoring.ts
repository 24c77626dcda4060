import * as health from './health.js';
import * as live from './live.js';
import { none, ofQueue } from './primitives.js';

export const monitoringRouteSchemas = {
  getSystemHealth: { ...none, reply: health.systemHealth },
  getDashboardSummary: { ...none, reply: health.dashboardSummary },
  getQueuesHealth: { ...none, reply: health.queuesHealth },
  getTrends: { ...none, query: live.trendsQuery, reply: live.trends },
  getQueueMetrics: { ...ofQueue, query: health.queueMetricsQuery, reply: health.queueMetricsReply },
  getStatus: { ...none, reply: live.controlPlaneStatus },
  openEvents: { ...none, query: live.eventsQuery, reply: live.liveEvent },
  getExecutionStats: { ...ofQueue, reply: health.executionStats },
};
