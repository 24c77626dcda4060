import { z } from 'zod';
import { amount, name, none, ofQueue, percent } from './primitives.js';

const timeout = { timeout: amount, adaptiveEnabled: z.boolean(), softTimeoutPercentage: percent };

export const timeoutConfiguration = z.record(name, z.object(timeout));

export const updateTimeoutBody = z.strictObject({
  /** 0 is refused: whoever means "no timeout" must say so, not stumble into it. */
  timeout: z.int().min(1).max(604_800_000).optional(),
  adaptiveEnabled: z.boolean().optional(),
});

export const updateTimeoutReply = z.object({
  success: z.boolean(),
  config: z.object({ queueName: name, ...timeout }),
});

export const timeoutsRouteSchemas = {
  getTimeoutConfig: { ...none, reply: timeoutConfiguration },
  updateTimeout: { ...ofQueue, body: updateTimeoutBody, reply: updateTimeoutReply },
};
