import { z } from 'zod';
import { amount, instant, name, percent } from './primitives.js';

export const rateLimitConfiguration = z.object({
  emailSending: z.object({ perMinute: amount, perHour: amount, perDay: amount }),
  emailCampaign: z.object({ perMinute: amount, perHour: amount }),
  stripeApi: z.object({ perSecond: amount, perHour: amount }),
  resendApi: z.object({ perSecond: amount, perHour: amount }),
  databaseWrites: z.object({ perSecond: amount, perMinute: amount }),
  searchIndexing: z.object({ perSecond: amount, perMinute: amount }),
  assetProcessing: z.object({ perMinute: amount, perHour: amount }),
  taxGeneration: z.object({ perMinute: amount, perHour: amount }),
});

const window = z.object({ current: amount, limit: amount, remaining: amount, resetAt: instant });

export const rateLimitStatus = z.object({
  limiterName: name,
  windows: z.object({
    perSecond: window.exactOptional(),
    perMinute: window.exactOptional(),
    perHour: window.exactOptional(),
    perDay: window.exactOptional(),
  }),
});

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
