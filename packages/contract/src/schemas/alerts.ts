import { z } from 'zod';
import { alertSeverity } from './health.js';
import { instant, MAX_ENTRIES, name, none, queryFlag, text } from './primitives.js';

export const alertType = z.enum(['queue_depth', 'error_rate', 'timeout_rate', 'processing_time', 'memory_usage']);

export const alert = z.object({
  id: name,
  severity: alertSeverity,
  queueName: name,
  type: alertType,
  message: text,
  value: z.number(),
  threshold: z.number(),
  timestamp: instant,
  acknowledged: z.boolean(),
  acknowledgedBy: text.exactOptional(),
  acknowledgedAt: instant.exactOptional(),
});
export const alerts = z.array(alert).max(MAX_ENTRIES);

export const alertFilters = z.object({
  severity: alertSeverity.optional(),
  queueName: name.optional(),
  acknowledged: queryFlag.optional(),
});

export const acknowledgeAlertReply = z.object({ success: z.boolean(), alert });

export const alertsRouteSchemas = {
  getActiveAlerts: { ...none, query: alertFilters, reply: alerts },
  acknowledgeAlert: { ...none, params: z.strictObject({ alertId: name }), reply: acknowledgeAlertReply },
};
