import { z } from 'zod';

const name = z.string().min(1).max(200);
const positive = z.number().positive();
const count = z.number().int().min(0).max(1_000);

const memory = z
  .strictObject({
    softLimitMB: positive.optional(),
    hardLimitMB: positive.optional(),
    warningThresholdPercent: z.number().min(1).max(100).optional(),
  })
  .refine(({ softLimitMB, hardLimitMB }) => !softLimitMB || !hardLimitMB || softLimitMB <= hardLimitMB, {
    message: 'softLimitMB is above hardLimitMB: a worker would be killed before it is ever recycled',
    path: ['softLimitMB'],
  });

const threshold = z
  .strictObject({ warning: z.number().min(0), critical: z.number().min(0) })
  .refine(({ warning, critical }) => warning <= critical, {
    message: 'warning is above critical: the warning could never show',
    path: ['warning'],
  });

const thresholds = z.strictObject({
  queueDepth: threshold.optional(),
  oldestWaitingMs: threshold.optional(),
  errorRate: threshold.optional(),
  timeoutRate: threshold.optional(),
  processingMs: threshold.optional(),
  memoryPercent: threshold.optional(),
  minFinished: z.number().int().min(1).optional(),
});

const queue = z
  .strictObject({
    processor: z.string().min(1).optional(),
    sandboxed: z.boolean().optional(),
    concurrency: z.number().int().min(1).max(10_000).optional(),
    minWorkers: count.optional(),
    maxWorkers: count.optional(),
    graceMs: z.number().int().min(0).max(86_400_000).optional(),
    memory: memory.optional(),
    thresholds: thresholds.optional(),
    worker: z.record(z.string(), z.json()).optional(),
  })
  .refine(({ minWorkers = 1, maxWorkers }) => maxWorkers === undefined || minWorkers <= maxWorkers, {
    message: 'maxWorkers is below minWorkers (1 when not given)',
    path: ['maxWorkers'],
  })
  .refine(({ processor, minWorkers = 0 }) => processor !== undefined || minWorkers === 0, {
    message: 'minWorkers needs a processor: the file that handles the jobs',
    path: ['processor'],
  });

export const configSchema = z.strictObject({
  engine: z.string().min(1).optional(),
  environment: z.string().min(1).max(40).optional(),
  dataDir: z.string().min(1).optional(),
  prefix: name.optional(),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and _, starting with a letter')
    .optional(),
  statePrefix: name.optional(),
  host: z.string().min(1).optional(),
  port: z.number().int().min(0).max(65_535).optional(),
  tickMs: z.number().int().min(1_000).max(60_000).optional(),
  runWorkers: z.boolean().optional(),
  trustProxy: z.boolean().optional(),
  memory: memory.optional(),
  thresholds: thresholds.optional(),
  queues: z.record(name, queue).optional(),
});

/** What `drover.config.ts` may say. Every field has a default; the reference is in docs/configuration.md. */
export type DroverConfig = z.input<typeof configSchema>;
export type QueueConfig = NonNullable<DroverConfig['queues']>[string];
