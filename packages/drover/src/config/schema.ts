import { isLimiterName, parseRedactionRule } from '@drover/core';
import { z } from 'zod';
import { actuatorSchema, actuatorsSchema, workloadSchema } from './actuator-settings.js';
import { notificationsSchema, notifiersSchema } from './alert-settings.js';
import { timeoutSchema } from './timeout-settings.js';

const name = z.string().min(1).max(200);
const positive = z.number().positive();
const limiterName = z
  .string()
  .refine(isLimiterName, 'a limiter has 1 to 100 characters, none of them a control character');
const count = z.number().int().min(0).max(1_000);
/** Whoever opens the form of a job loads it. */
const MOST_SCHEMA_CHARACTERS = 65_536;

const memory = z
  .strictObject({
    softLimitMB: positive.optional().describe('Resident memory in MB above which a worker is replaced.'),
    hardLimitMB: positive.optional().describe('Resident memory in MB above which a worker gets 5 s, and is ended.'),
    warningThresholdPercent: z
      .number()
      .min(1)
      .max(100)
      .optional()
      .describe('Share of the hard limit from which memory is worth a look. `80`.'),
    afterJobs: z.number().int().min(0).optional().describe('Jobs after which a worker is replaced; `0`: never.'),
    afterHours: z.number().min(0).optional().describe('Hours after which a worker is replaced; `0`: never.'),
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

const spanMs = z.number().int().min(0).max(86_400_000);

const thresholds = z.strictObject({
  queueDepth: threshold.optional().describe('Jobs that could run now.'),
  oldestWaitingMs: threshold.optional().describe('Age of the job that has waited longest, in ms.'),
  errorRate: threshold.optional().describe('Failed attempts of finished ones over 5 minutes, percent.'),
  timeoutRate: threshold.optional().describe('Timed-out attempts of finished ones over 5 minutes, percent.'),
  processingMs: threshold.optional().describe('95th percentile of processing time over 5 minutes, in ms.'),
  memoryPercent: threshold.optional().describe("The fullest worker's memory of its hard limit, percent."),
  rateLimitedPercent: threshold
    .optional()
    .describe('Time that workers waited for a rate limit over 5 minutes, percent.'),
  minFinished: z.number().int().min(1).optional().describe('Shares of fewer finished attempts are not judged.'),
  alertAfterMs: spanMs.optional().describe('How long a limit must be exceeded before an alert fires. `60000`.'),
  resolveAfterMs: spanMs.optional().describe('How long a value must be clear before its alert resolves. `120000`.'),
  resolveMarginPercent: z
    .number()
    .min(0)
    .max(90)
    .optional()
    .describe('How far below its limit a value is clear of it, percent of the limit. `10`.'),
});

const limit = z.number().int().min(1).max(1_000_000_000).optional();

const limiter = z
  .strictObject({
    perSecond: limit.describe('Most in any second.'),
    perMinute: limit.describe('Most in any minute.'),
    perHour: limit.describe('Most in any hour.'),
    perDay: limit.describe('Most in any 24 hours.'),
  })
  .refine((windows) => Object.values(windows).some((value) => value !== undefined), {
    message: 'names no window: perSecond, perMinute, perHour or perDay',
  });

const queue = z
  .strictObject({
    processor: z
      .string()
      .min(1)
      .optional()
      .describe('File whose default export handles a job. Without it the queue is only watched.'),
    sandboxed: z.boolean().optional().describe('Run the processor in child processes of the worker. `false`.'),
    concurrency: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Jobs that one worker process handles at once. `1`.'),
    minWorkers: count.optional().describe('Worker processes that are kept running. `1`.'),
    maxWorkers: count.optional().describe('Most worker processes. As `minWorkers`.'),
    priority: z
      .number()
      .int()
      .min(-1_000)
      .max(1_000)
      .optional()
      .describe('Which queue grows first where memory does not suffice for all: the larger number. `0`.'),
    actuator: actuatorSchema.optional(),
    kubernetes: workloadSchema.optional().describe('What runs the workers where the actuator is `kubernetes`.'),
    graceMs: z
      .number()
      .int()
      .min(0)
      .max(86_400_000)
      .optional()
      .describe('How long a stopping worker may finish its jobs before it hands them back. `30000`.'),
    memory: memory.optional().describe('As `memory` above, for this queue.'),
    thresholds: thresholds.optional().describe('As `thresholds` above, for this queue.'),
    timeout: timeoutSchema.optional().describe('As `timeout` above, for this queue.'),
    jobSchema: z
      .record(z.string(), z.json())
      .refine((schema) => JSON.stringify(schema).length <= MOST_SCHEMA_CHARACTERS, 'is longer than 65,536 characters')
      .optional()
      .describe('JSON Schema of payloads: what is added, edited or duplicated over the API must fit it.'),
    limiter: z
      .union([limiterName, z.array(limiterName).max(10)])
      .optional()
      .describe('Limiter, or list of them, of which each job takes a permit before it is fetched.'),
    worker: z
      .record(z.string(), z.json())
      .optional()
      .describe('Further BullMQ worker options: `lockDuration`, `limiter`, `removeOnComplete` …'),
  })
  .refine(({ minWorkers = 1, maxWorkers }) => maxWorkers === undefined || minWorkers <= maxWorkers, {
    message: 'maxWorkers is below minWorkers (1 when not given)',
    path: ['maxWorkers'],
  })
  .refine(
    ({ processor, actuator = 'local', minWorkers = 0 }) =>
      processor !== undefined || actuator !== 'local' || minWorkers === 0,
    { message: 'minWorkers needs a processor: the file that handles the jobs', path: ['processor'] },
  );

export const configSchema = z.strictObject({
  engine: z
    .string()
    .min(1)
    .optional()
    .describe("Where jobs and Drover's state live: `embedded` (default), `redis://`, `rediss://`, `postgres://`."),
  environment: z.string().min(1).max(40).optional().describe('Name shown in the dashboard. `development`.'),
  dataDir: z.string().min(1).optional().describe('Folder of the embedded engine. `.drover`.'),
  prefix: name.optional().describe("BullMQ's key prefix on Redis. `bull`."),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'use lower-case letters, digits and _, starting with a letter')
    .optional()
    .describe("BullMQ's schema on PostgreSQL. `bullmq`."),
  statePrefix: name.optional().describe("Prefix of Drover's own keys on Redis. `drover`."),
  host: z.string().min(1).optional().describe('Address to listen on. `127.0.0.1`.'),
  port: z.number().int().min(0).max(65_535).optional().describe('Port to listen on; 0 takes a free one. `4700`.'),
  tickMs: z
    .number()
    .int()
    .min(1_000)
    .max(60_000)
    .optional()
    .describe('How often the leader looks at all queues. `5000`.'),
  workerBudgetMB: z
    .number()
    .int()
    .min(64)
    .max(10_000_000)
    .optional()
    .describe('Most memory that the workers of this host may be expected to take together. What is free.'),
  runWorkers: z.boolean().optional().describe('False on a host that serves but runs no workers. `true`.'),
  trustProxy: z
    .boolean()
    .optional()
    .describe('Believe `X-Forwarded-*`: only behind a proxy of yours that sets them. `false`.'),
  audit: z
    .strictObject({
      keepDays: z
        .number()
        .int()
        .min(1)
        .max(3_650)
        .optional()
        .describe('Days that entries of the audit log are kept. `90`.'),
    })
    .optional()
    .describe('The log of every change and refusal.'),
  metrics: z
    .strictObject({
      token: z
        .string()
        .regex(/^[!-~]{16,512}$/, 'needs 16 to 512 printable ASCII characters without spaces')
        .optional()
        .describe('Bearer token that opens `/metrics` and nothing else; an API token of a viewer opens it too.'),
      jobNames: z
        .boolean()
        .optional()
        .describe('Count attempts by job name as well: 50 names of a queue, the rest under `*`. `false`.'),
    })
    .optional()
    .describe('Metrics for Prometheus. See docs/observability.md.'),
  telemetry: z
    .strictObject({
      otel: z
        .boolean()
        .optional()
        .describe('Trace jobs in worker processes with OpenTelemetry, by `bullmq-otel` of your project. `false`.'),
      register: z
        .string()
        .min(1)
        .optional()
        .describe('File that starts your OpenTelemetry SDK; imported by each worker process before its processor.'),
    })
    .optional()
    .describe('Traces. See docs/observability.md.'),
  redact: z
    .array(
      z
        .string()
        .max(300)
        .refine((rule) => parseRedactionRule(rule) !== null, 'write a path such as data.card.number or *.password'),
    )
    .max(100)
    .optional()
    .describe(
      'Values of jobs that are taken out of whatever Drover shows: `data.card.number`, `*.password`. See docs/jobs.md.',
    ),
  quarantine: z
    .strictObject({
      afterCrashes: z
        .number()
        .int()
        .min(0)
        .max(20)
        .optional()
        .describe('Crashes of workers with the job in hand after which no worker runs it; `0`: never. `3`.'),
    })
    .optional()
    .describe('Jobs that crash their workers. See docs/jobs.md.'),
  revealRole: z
    .enum(['viewer', 'operator', 'admin'])
    .optional()
    .describe('The lowest role that may ask to see what `redact` takes out. `admin`.'),
  memory: memory.optional().describe('Limits of every worker process; a queue may have its own.'),
  thresholds: thresholds.optional().describe('When a queue is no longer healthy; a queue may have its own.'),
  timeout: timeoutSchema.optional().describe('How long attempts may run; a queue may have its own.'),
  limiters: z
    .record(limiterName, limiter)
    .optional()
    .describe("Rate limits by name, over and beside the guide's eight. See docs/rate-limits.md."),
  notifiers: notifiersSchema
    .optional()
    .describe('Who is told of alerts, by name: a `webhook`, `slack` or `mail`. See docs/alerts.md.'),
  notifications: notificationsSchema.optional().describe('Which alerts are told to whom, and when.'),
  actuators: actuatorsSchema
    .optional()
    .describe('Platforms that run workers outside of our own hosts. See docs/kubernetes.md.'),
  queues: z.record(name, queue).optional().describe('By queue name. Queues without an entry are found and watched.'),
});

/** What `drover.config.ts` may say. Every field has a default; the reference is in docs/reference/configuration.md. */
export type DroverConfig = z.input<typeof configSchema>;
export type QueueConfig = NonNullable<DroverConfig['queues']>[string];
