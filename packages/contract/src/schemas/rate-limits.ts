import { z } from 'zod';
import { amount, instant, name, none } from './primitives.js';

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

export const rateLimitsRouteSchemas = {
  getRateLimitConfig: { ...none, reply: rateLimitConfiguration },
  getRateLimitStatus: { ...none, params: z.strictObject({ limiterName: name }), reply: rateLimitStatus },
};
