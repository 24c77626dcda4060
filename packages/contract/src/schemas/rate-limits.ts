import { z } from 'zod';
import { amount, count, instant, name, noBody, none, noQuery, queryCount, queryInstant } from './primitives.js';

/** Most minutes of history in one reply: a day. */
export const MAX_RATE_LIMIT_MINUTES = 1_440;

const optional = {
  perSecond: amount.exactOptional(),
  perMinute: amount.exactOptional(),
  perHour: amount.exactOptional(),
  perDay: amount.exactOptional(),
};
const windows = z.object(optional);

export const rateLimitConfiguration = z
  .object({
    emailSending: z.object({ ...optional, perMinute: amount, perHour: amount, perDay: amount }),
    emailCampaign: z.object({ ...optional, perMinute: amount, perHour: amount }),
    stripeApi: z.object({ ...optional, perSecond: amount, perHour: amount }),
    resendApi: z.object({ ...optional, perSecond: amount, perHour: amount }),
    databaseWrites: z.object({ ...optional, perSecond: amount, perMinute: amount }),
    searchIndexing: z.object({ ...optional, perSecond: amount, perMinute: amount }),
    assetProcessing: z.object({ ...optional, perMinute: amount, perHour: amount }),
    taxGeneration: z.object({ ...optional, perMinute: amount, perHour: amount }),
  })
  .catchall(windows);

const window = z.object({
  current: amount,
  limit: amount,
  remaining: amount,
  resetAt: instant,
  nextAt: instant.exactOptional(),
});

export const rateLimitStatus = z.object({
  limiterName: name,
  windows: z.object({
    perSecond: window.exactOptional(),
    perMinute: window.exactOptional(),
    perHour: window.exactOptional(),
    perDay: window.exactOptional(),
  }),
  waiting: count.exactOptional(),
  waitingByQueue: z.record(z.string(), count).exactOptional(),
  penalizedUntil: instant.exactOptional(),
  allowedTotal: amount.exactOptional(),
  delayedTotal: amount.exactOptional(),
});

const limit = z.int().min(1).max(1_000_000_000).nullable().optional();

export const updateRateLimitBody = z
  .strictObject({ perSecond: limit, perMinute: limit, perHour: limit, perDay: limit })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: 'names no window: perSecond, perMinute, perHour or perDay',
  });

const historyEntry = z.object({
  timestamp: instant,
  allowed: amount,
  delayed: amount,
  avgDelayMs: amount,
  waiting: count,
});

/** A name is part of a key on the engine. */
const limiterParams = z.strictObject({ limiterName: name.max(100) });

export const rateLimitsRouteSchemas = {
  getRateLimitConfig: { ...none, reply: rateLimitConfiguration },
  getRateLimitStatus: { ...none, params: limiterParams, reply: rateLimitStatus },
  getRateLimitHistory: {
    params: limiterParams,
    query: z
      .object({
        since: queryInstant.optional(),
        until: queryInstant.optional(),
        limit: queryCount(MAX_RATE_LIMIT_MINUTES).optional(),
      })
      .refine(({ since, until }) => !since || !until || since < until, {
        message: 'is not before until',
        path: ['since'],
      }),
    body: noBody,
    reply: z.object({ limiterName: name, stepMs: amount, history: z.array(historyEntry) }),
  },
  deleteRateLimit: {
    ...none,
    params: limiterParams,
    reply: z.object({ success: z.boolean(), limiterName: name, removed: z.boolean(), windows }),
  },
  updateRateLimit: {
    params: limiterParams,
    query: noQuery,
    body: updateRateLimitBody,
    reply: z.object({ success: z.boolean(), limiterName: name, windows }),
  },
};
