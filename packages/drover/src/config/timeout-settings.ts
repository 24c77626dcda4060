import { z } from 'zod';

const duration = z.number().int().min(1).max(604_800_000);

/** How long attempts may run; for all queues, or for one. */
export const timeoutSchema = z
  .strictObject({
    timeoutMs: duration
      .optional()
      .describe('How long an attempt may run before its signal is aborted and it fails. Without it there is no limit.'),
    enabled: z.boolean().optional().describe('False switches timeouts off. `true` where a `timeoutMs` is given.'),
    softTimeoutPercentage: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('Share of the timeout after which an attempt is told of, percent; 100 is never. `80`.'),
    shadow: z.boolean().optional().describe('Tell what would time out, and kill nothing. `false`.'),
    adaptiveEnabled: z
      .boolean()
      .optional()
      .describe('Give each job name a timeout of its own, from how long its attempts take. `false`.'),
    floorMs: duration.optional().describe('Shortest adaptive timeout. A tenth of `timeoutMs`.'),
    ceilingMs: duration.optional().describe('Longest adaptive timeout. Three times `timeoutMs`.'),
    percentile: z
      .number()
      .min(50)
      .max(100)
      .optional()
      .describe('An adaptive timeout is this percentile of the durations, times `factor`. `99`.'),
    factor: z.number().min(1).max(100).optional().describe('Room above the percentile. `2`.'),
    minSamples: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('A job name with fewer measured attempts has `timeoutMs`. `100`.'),
  })
  .refine(({ timeoutMs, floorMs }) => !timeoutMs || !floorMs || floorMs <= timeoutMs, {
    message: 'floorMs is above timeoutMs',
    path: ['floorMs'],
  })
  .refine(({ timeoutMs, ceilingMs }) => !timeoutMs || !ceilingMs || timeoutMs <= ceilingMs, {
    message: 'ceilingMs is below timeoutMs',
    path: ['ceilingMs'],
  });
