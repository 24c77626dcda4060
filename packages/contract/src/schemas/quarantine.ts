import { z } from 'zod';
import { changedJobs, jobPlace } from './jobs.js';
import { amount, count, instant, name, none, text } from './primitives.js';

const cursor = z.string().min(1).max(100);
const changing = {
  ...none,
  body: z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(200) }),
  reply: changedJobs,
};

const crash = z.object({
  kind: z.enum(['vanished', 'unhandled_error', 'memory_limit']),
  workerId: z.string(),
  host: z.string(),
  startedAt: instant,
  noticedAt: instant,
  beside: count,
  rssMB: amount,
  heapUsedMB: amount,
  memoryLimitMB: amount.exactOptional(),
});

export const quarantineRouteSchemas = {
  getQuarantine: {
    ...none,
    query: z.object({ cursor: cursor.optional(), queueName: name.optional() }),
    reply: z.object({
      jobs: z.array(
        z.object({
          id: text,
          queueName: z.string(),
          jobId: z.string(),
          name: z.string(),
          since: instant,
          state: jobPlace.exactOptional(),
          crashes: z.array(crash),
        }),
      ),
      next: cursor.exactOptional(),
      afterCrashes: count,
    }),
  },
  releaseJobs: changing,
  discardJobs: changing,
};
