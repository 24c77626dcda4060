import { z } from 'zod';
import { count, MAX_JOBS_PER_CALL, name, ofQueue, queryCount, text } from './primitives.js';

export const queueControlReply = z.object({
  success: z.boolean(),
  queueName: name,
  status: z.enum(['paused', 'active']),
});

export const cleanQueueBody = z.strictObject({
  status: z.enum(['completed', 'failed', 'delayed', 'waiting', 'active']),
  grace: z.int().min(0).max(31_536_000_000).optional(),
  limit: z.int().min(1).max(MAX_JOBS_PER_CALL).optional(),
});

export const cleanQueueReply = z.object({ success: z.boolean(), queueName: name, status: text, removed: count });

export const retryFailedQuery = z.object({ limit: queryCount(MAX_JOBS_PER_CALL).optional() });

export const retryFailedReply = z.object({
  success: z.boolean(),
  queueName: name,
  total: count,
  retried: count,
  failed: count,
  errors: z.array(text).max(1_000).exactOptional(),
});

export const operationsRouteSchemas = {
  pauseQueue: { ...ofQueue, reply: queueControlReply },
  resumeQueue: { ...ofQueue, reply: queueControlReply },
  cleanQueue: { ...ofQueue, body: cleanQueueBody, reply: cleanQueueReply },
  retryFailedJobs: { ...ofQueue, query: retryFailedQuery, reply: retryFailedReply },
};
