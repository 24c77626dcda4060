import { z } from 'zod';
import {
  amount,
  count,
  instant,
  MAX_ENTRIES,
  name,
  none,
  ofQueue,
  percent,
  queryCount,
  queryInstant,
  text,
} from './primitives.js';

const threshold = z.object({
  queueDepth: amount.exactOptional(),
  queueLatencyMs: amount.exactOptional(),
  cpuPercent: percent.exactOptional(),
  memoryPercent: percent.exactOptional(),
});

const mode = z.enum(['auto', 'dry_run', 'off']);

export const scalingPolicy = z.object({
  queueName: name,
  minWorkers: count,
  maxWorkers: count,
  scaleUpThreshold: threshold,
  scaleDownThreshold: threshold,
  cooldownSeconds: z.object({ scaleUp: amount, scaleDown: amount }),
  objective: z.object({ waitMs: amount }).exactOptional(),
  mode: mode.exactOptional(),
  version: count.exactOptional(),
});
export const scalingPolicies = z.array(scalingPolicy).max(MAX_ENTRIES);

/** In a change, `null` takes a threshold away and an absent one stays as it is. */
const thresholdChange = z.strictObject({
  queueDepth: z.int().min(0).max(1_000_000_000).nullable().optional(),
  queueLatencyMs: z.number().min(0).max(604_800_000).nullable().optional(),
  cpuPercent: z.number().min(0).max(100).nullable().optional(),
  memoryPercent: z.number().min(0).max(100).nullable().optional(),
});
const workers = z.int().min(0).max(10_000);
const cooldown = z.int().min(0).max(86_400);

export const updateScalingPolicyBody = z
  .strictObject({
    minWorkers: workers.optional(),
    maxWorkers: workers.optional(),
    scaleUpThreshold: thresholdChange.optional(),
    scaleDownThreshold: thresholdChange.optional(),
    cooldownSeconds: z.strictObject({ scaleUp: cooldown.optional(), scaleDown: cooldown.optional() }).optional(),
    objective: z
      .strictObject({ waitMs: z.number().min(100).max(86_400_000) })
      .nullable()
      .optional(),
    mode: mode.optional(),
  })
  .refine(({ minWorkers, maxWorkers }) => (minWorkers ?? 0) <= (maxWorkers ?? Number.POSITIVE_INFINITY), {
    path: ['minWorkers'],
    message: 'must not exceed maxWorkers',
  });

export const updateScalingPolicyReply = z.object({ success: z.boolean(), policy: scalingPolicy });

const evidence = z.object({
  arrivalsPerSecond: amount,
  serviceMs: amount.nullable(),
  serviceVariation: amount,
  offeredLoad: amount,
  need: count,
  enough: count,
  predictedWaitMs: amount,
  objectiveMs: amount,
  votes: z.array(z.object({ rule: text, workers: count, why: text })).max(20),
  clampedBy: z.array(z.object({ by: text, from: count, to: count, why: text })).max(20),
  cooldownLeftMs: z.object({ up: amount, down: amount }),
  confidence: z.object({ level: z.enum(['none', 'low', 'good']), completions: count }),
});

export const scalingHold = z.object({ workers: count, until: instant, reason: text, by: text, since: instant });

const MOST_HOLD_S = 30 * 86_400;

export const setScalingHoldBody = z
  .strictObject({
    workers,
    until: z.iso.datetime({ offset: true }).optional(),
    seconds: z.int().min(1).max(MOST_HOLD_S).optional(),
    reason: z.string().max(500).optional(),
  })
  .refine(({ until, seconds }) => (until === undefined) !== (seconds === undefined), {
    path: ['seconds'],
    message: 'must be given, or until: one of the two',
  });

export const scalingHoldReply = z.object({
  success: z.boolean(),
  queueName: name,
  hold: scalingHold.exactOptional(),
  version: count,
});

export const scalingDecision = z.object({
  action: z.enum(['scale_up', 'scale_down', 'maintain']),
  targetWorkers: count,
  currentWorkers: count,
  reason: text,
  metrics: z.object({
    queueName: name,
    queueDepth: amount,
    queueLatencyMs: amount,
    activeJobs: count,
    completedRate: amount,
    errorRate: percent,
    currentWorkers: count,
    cpuUsage: amount.exactOptional(),
    memoryUsage: amount.exactOptional(),
    timestamp: instant,
  }),
  evidence: evidence.exactOptional(),
  hold: scalingHold.exactOptional(),
  mode: mode.exactOptional(),
});

const historyAdditions = {
  executed: z.boolean().exactOptional(),
  dryRun: z.boolean().exactOptional(),
  outcome: z.object({ reached: z.boolean(), afterMs: amount, reason: text.exactOptional() }).exactOptional(),
};

export const scalingHistory = z.object({
  queueName: name,
  history: z.array(z.object({ ...scalingDecision.shape, executedAt: instant, ...historyAdditions })).max(1_000),
  nextCursor: text.exactOptional(),
});

export const scalingHistoryQuery = z.object({
  limit: queryCount(1_000).optional(),
  since: queryInstant.optional(),
  offset: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.int().max(10_000))
    .optional(),
  cursor: z
    .string()
    .regex(/^\d{1,15}\.[\d-]{1,100}$/, 'must be the nextCursor of a reply')
    .optional(),
});

export const scalingRouteSchemas = {
  getScalingPolicies: { ...none, reply: scalingPolicies },
  updateScalingPolicy: { ...ofQueue, body: updateScalingPolicyBody, reply: updateScalingPolicyReply },
  getScalingDecision: { ...ofQueue, reply: scalingDecision },
  getScalingHistory: { ...ofQueue, query: scalingHistoryQuery, reply: scalingHistory },
  setScalingHold: { ...ofQueue, body: setScalingHoldBody, reply: scalingHoldReply },
  endScalingHold: { ...ofQueue, reply: scalingHoldReply },
};
