import { z } from 'zod';
import { alertSeverity } from './health.js';
import {
  amount,
  bodyInstant,
  count,
  instant,
  MAX_ENTRIES,
  name,
  none,
  ofQueue,
  queryCount,
  queryFlag,
  queryInstant,
  text,
} from './primitives.js';

export const alertType = z.enum(['queue_depth', 'error_rate', 'timeout_rate', 'processing_time', 'memory_usage']);
export const alertKind = z.enum([
  ...alertType.options,
  'no_workers',
  'stalled',
  'oldest_waiting',
  'crash_loop',
  'rate_limit',
  'schedule_missed',
]);

const alertEvent = z.object({
  at: instant,
  what: z.enum(['fired', 'raised', 'lowered', 'acknowledged', 'silenced', 'unsilenced', 'resolved']),
  severity: alertSeverity.exactOptional(),
  by: text.exactOptional(),
});

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
  kind: alertKind.exactOptional(),
  silenced: z.boolean().exactOptional(),
  silenceId: name.exactOptional(),
  worstSeverity: alertSeverity.exactOptional(),
  resolvedAt: instant.exactOptional(),
  resolvedBecause: z.enum(['cleared', 'queue_gone']).exactOptional(),
  events: z.array(alertEvent).max(30).exactOptional(),
});
export const alerts = z.array(alert).max(MAX_ENTRIES);

export const alertFilters = z.object({
  severity: alertSeverity.optional(),
  queueName: name.optional(),
  acknowledged: queryFlag.optional(),
  kind: alertKind.optional(),
  silenced: queryFlag.optional(),
});

export const acknowledgeAlertReply = z.object({ success: z.boolean(), alert });

const acknowledgeAlerts = z
  .strictObject({
    ids: z.array(name.max(200)).min(1).max(500).exactOptional(),
    filter: z
      .strictObject({
        severity: alertSeverity.exactOptional(),
        queueName: name.exactOptional(),
        kind: alertKind.exactOptional(),
      })
      .exactOptional(),
  })
  .refine(({ ids, filter }) => (ids === undefined) !== (filter === undefined), {
    path: ['ids'],
    message: 'either ids or filter says which alerts; an empty filter stands for all',
  });

const acknowledgeAlertsReply = z.object({
  success: z.boolean(),
  total: count,
  acknowledged: count,
  failed: count,
  alerts,
  errors: z
    .array(z.object({ id: text, error: text }))
    .max(100)
    .exactOptional(),
});

const alertHistoryQuery = z
  .object({
    limit: queryCount(500).optional(),
    cursor: z
      .string()
      .regex(/^\d{1,15}~.{1,200}$/, 'is not the nextCursor of a page')
      .optional(),
    since: queryInstant.optional(),
    until: queryInstant.optional(),
    queueName: name.optional(),
    severity: alertSeverity.optional(),
    kind: alertKind.optional(),
  })
  .refine(({ since, until }) => !since || !until || since < until, {
    path: ['since'],
    message: 'must be before until',
  });

const alertHistory = z.object({ alerts, nextCursor: text.exactOptional() });

const threshold = z.object({ warning: amount, critical: amount });

export const alertThresholds = z.object({
  queueDepth: threshold,
  oldestWaitingMs: threshold,
  errorRate: threshold,
  timeoutRate: threshold,
  processingMs: threshold,
  memoryPercent: threshold,
  rateLimitedPercent: threshold,
  minFinished: count,
  alertAfterMs: amount,
  resolveAfterMs: amount,
  resolveMarginPercent: amount,
});

const DAY_MS = 86_400_000;

/** In a change, `null` takes a value back and an absent one stays as it is. */
const limit = (max: number) => {
  const value = z.number().min(0).max(max).nullable().exactOptional();
  return z.strictObject({ warning: value, critical: value }).nullable().exactOptional();
};
const span = z.int().min(0).max(DAY_MS).nullable().exactOptional();

export const alertThresholdsChange = z.strictObject({
  queueDepth: limit(1_000_000_000),
  oldestWaitingMs: limit(90 * DAY_MS),
  errorRate: limit(100),
  timeoutRate: limit(100),
  processingMs: limit(90 * DAY_MS),
  memoryPercent: limit(1_000),
  rateLimitedPercent: limit(100),
  minFinished: z.int().min(1).max(1_000_000).nullable().exactOptional(),
  alertAfterMs: span,
  resolveAfterMs: span,
  resolveMarginPercent: z.number().min(0).max(90).nullable().exactOptional(),
});

const thresholdsReply = {
  queueName: name.exactOptional(),
  thresholds: alertThresholds,
  overrides: z.array(z.string().max(100)).max(100),
};
const alertThresholdsReply = z.object(thresholdsReply);
const updateThresholdsReply = z.object({ success: z.boolean(), ...thresholdsReply });

export const alertSilence = z.object({
  id: name,
  queueName: name.exactOptional(),
  kind: alertKind.exactOptional(),
  from: instant,
  until: instant,
  why: text,
  by: text,
  createdAt: instant,
});

const createSilence = z
  .strictObject({
    queueName: name.optional(),
    kind: alertKind.optional(),
    from: bodyInstant.optional(),
    until: bodyInstant,
    why: z.string().trim().min(1).max(500),
  })
  .refine(({ from, until }) => !from || from < until, { path: ['from'], message: 'must be before until' });

const silenceReply = z.object({ success: z.boolean(), silence: alertSilence });

const alertNotifier = z.object({
  name,
  kind: z.enum(['webhook', 'slack', 'mail']),
  pending: count,
  sending: z.boolean(),
  failedAttempts: count,
  lastSuccessAt: instant.exactOptional(),
  lastFailureAt: instant.exactOptional(),
  lastError: text.exactOptional(),
  nextAttemptAt: instant.exactOptional(),
  routes: z
    .array(
      z.object({
        severity: alertSeverity.exactOptional(),
        queues: z.array(name).max(1_000).exactOptional(),
        kinds: z.array(alertKind).max(100).exactOptional(),
        afterOthers: z.boolean().exactOptional(),
      }),
    )
    .max(200)
    .exactOptional(),
});

const testNotifierReply = z.object({
  success: z.boolean(),
  notifier: name,
  delivered: z.boolean(),
  durationMs: amount,
  error: text.exactOptional(),
});

export const alertsRouteSchemas = {
  getActiveAlerts: { ...none, query: alertFilters, reply: alerts },
  acknowledgeAlert: { ...none, params: z.strictObject({ alertId: name.max(200) }), reply: acknowledgeAlertReply },
  acknowledgeAlerts: { ...none, body: acknowledgeAlerts, reply: acknowledgeAlertsReply },
  getAlertHistory: { ...none, query: alertHistoryQuery, reply: alertHistory },
  getAlertThresholds: { ...none, reply: alertThresholdsReply },
  updateAlertThresholds: { ...none, body: alertThresholdsChange, reply: updateThresholdsReply },
  getQueueAlertThresholds: { ...ofQueue, reply: alertThresholdsReply },
  updateQueueAlertThresholds: { ...ofQueue, body: alertThresholdsChange, reply: updateThresholdsReply },
  getAlertSilences: { ...none, reply: z.array(alertSilence).max(1_000) },
  createAlertSilence: { ...none, body: createSilence, reply: silenceReply },
  deleteAlertSilence: { ...none, params: z.strictObject({ silenceId: name }), reply: silenceReply },
  getAlertNotifiers: { ...none, reply: z.array(alertNotifier).max(1_000) },
  testAlertNotifier: { ...none, params: z.strictObject({ notifierName: name }), reply: testNotifierReply },
};
