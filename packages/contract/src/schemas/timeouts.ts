import { z } from 'zod';
import { amount, count, instant, name, none, ofQueue, percent } from './primitives.js';

const counts = { soft: count, wouldHaveTimedOut: count, abandoned: count };

const queueTimeout = {
  timeout: amount,
  adaptiveEnabled: z.boolean(),
  softTimeoutPercentage: percent,
  enabled: z.boolean().exactOptional(),
  shadow: z.boolean().exactOptional(),
  floor: amount.exactOptional(),
  ceiling: amount.exactOptional(),
  percentile: percent.exactOptional(),
  factor: amount.exactOptional(),
  minSamples: count.exactOptional(),
  effective: z.record(z.string(), amount).exactOptional(),
  activity: z.object({ since: instant, ...counts, byName: z.record(z.string(), z.object(counts)) }).exactOptional(),
};

export const timeoutConfiguration = z.record(name, z.object(queueTimeout));

/** 0 is refused: whoever means "no timeout" says `enabled: false`, and does not stumble into it. */
const duration = z.int().min(1).max(604_800_000).nullable().optional();

export const updateTimeoutBody = z.strictObject({
  timeout: duration,
  adaptiveEnabled: z.boolean().nullable().optional(),
  softTimeoutPercentage: z.number().min(1).max(100).nullable().optional(),
  enabled: z.boolean().nullable().optional(),
  shadow: z.boolean().nullable().optional(),
  floor: duration,
  ceiling: duration,
  percentile: z.number().min(50).max(100).nullable().optional(),
  factor: z.number().min(1).max(100).nullable().optional(),
  minSamples: z.int().min(1).max(1_000_000).nullable().optional(),
});

export const updateTimeoutReply = z.object({
  success: z.boolean(),
  config: z.object({ queueName: name, ...queueTimeout }),
});

export const updateDefaultTimeoutReply = z.object({ success: z.boolean(), config: z.object(queueTimeout) });

export const timeoutsRouteSchemas = {
  getTimeoutConfig: { ...none, reply: timeoutConfiguration },
  getDefaultTimeout: { ...none, reply: z.object(queueTimeout) },
  updateDefaultTimeout: { ...none, body: updateTimeoutBody, reply: updateDefaultTimeoutReply },
  updateTimeout: { ...ofQueue, body: updateTimeoutBody, reply: updateTimeoutReply },
};
