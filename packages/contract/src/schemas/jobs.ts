import { z } from 'zod';
import {
  amount,
  count,
  instant,
  name,
  noBody,
  none,
  noQuery,
  ofQueue,
  queryCount,
  queryFlag,
  text,
} from './primitives.js';

const MAX_JOBS = 200;
const MAX_CHANGED = 1_000;
const MAX_PRIORITY = 2_097_151;
const MAX_DELAY_MS = 10 * 365 * 86_400_000;

export const jobPlace = z.enum(['waiting', 'active', 'delayed', 'waiting-children', 'completed', 'failed']);
const order = z.enum(['oldest', 'newest']);
// Bounds of engines and of logs, not of meaning.
const jobId = z.string().min(1).max(512);
const cursor = z.string().min(1).max(4_000);
const since = z.union([z.date(), z.iso.datetime({ offset: true })]);
const jobRef = z.object({ queueName: z.string(), jobId: z.string() });
const longText = z.string();

const summary = {
  queueName: z.string(),
  jobId: z.string(),
  name: z.string(),
  state: jobPlace,
  priority: z.number(),
  attemptsMade: count,
  maxAttempts: count,
  addedAt: instant,
  dueAt: instant.exactOptional(),
  startedAt: instant.exactOptional(),
  finishedAt: instant.exactOptional(),
  error: longText.exactOptional(),
  processedBy: z.string().exactOptional(),
  scheduleId: z.string().exactOptional(),
  parent: jobRef.exactOptional(),
  dataBytes: amount,
  resultBytes: amount,
};
const jobSummary = z.object(summary);
const valueView = z.object({ value: z.unknown().exactOptional(), bytes: amount, cut: z.boolean() });

const jobDetail = z.object({
  ...summary,
  data: valueView,
  options: valueView,
  result: valueView,
  progress: valueView,
  attempts: z.array(z.object({ attempt: count, error: longText, stack: longText })),
  timeline: z.array(
    z.object({
      kind: z.enum(['added', 'due', 'started', 'attempt-failed', 'completed', 'failed']),
      at: instant.exactOptional(),
      attempt: count.exactOptional(),
      worker: z.string().exactOptional(),
      error: longText.exactOptional(),
    }),
  ),
  stalledCount: count,
  deduplicationId: z.string().exactOptional(),
  logCount: count,
  children: z.object({ pending: count, processed: count, ignored: count, failed: count }),
  redacted: z.boolean(),
});

const treeNode = z.object({
  queueName: z.string(),
  jobId: z.string(),
  name: z.string().exactOptional(),
  state: jobPlace.exactOptional(),
  status: z.enum(['pending', 'processed', 'ignored', 'failed']).exactOptional(),
  childCount: count.exactOptional(),
  parent: count.exactOptional(),
});

const words = z.string().min(1).max(500);
const fingerprint = z.string().regex(/^[0-9a-f]{14}$/, 'is 14 hexadecimal digits');
export const jobFilters = z.strictObject({
  name: words.optional(),
  error: words.optional(),
  failure: fingerprint.optional(),
  text: words.optional(),
  since: since.optional(),
  until: since.optional(),
  minAttempts: z.int().min(0).max(1e9).optional(),
  maxAttempts: z.int().min(0).max(1e9).optional(),
  where: z
    .array(
      z.strictObject({
        path: z
          .string()
          .max(300)
          .regex(
            /^(data|result|progress|options)(\.[^.]+){1,20}$/,
            'is a path below data, result, progress or options',
          ),
        op: z.enum(['=', '!=', '<', '<=', '>', '>=', 'contains', 'exists']),
        value: z.union([z.string().max(500), z.number(), z.boolean(), z.null()]).optional(),
      }),
    )
    .max(10)
    .optional(),
});

const searchBody = z.strictObject({
  queues: z.array(name).min(1).max(1_000).optional(),
  states: z.array(jobPlace).min(1).max(6).optional(),
  filter: jobFilters,
  order: order.optional(),
  cursor: cursor.optional(),
  limit: z.int().min(1).max(MAX_JOBS).optional(),
});

const failuresBody = z.strictObject({
  queues: z.array(name).min(1).max(1_000).optional(),
  since: since.optional(),
  cursor: cursor.optional(),
});

const failureGroup = z.object({
  fingerprint: z.string(),
  message: z.string(),
  place: z.string().exactOptional(),
  count,
  firstSeen: instant,
  lastSeen: instant,
  lastHour: count,
  queues: z.array(z.object({ queueName: z.string(), count })),
  workers: z.array(z.string()),
  example: z.object({
    queueName: z.string(),
    jobId: z.string(),
    name: z.string(),
    error: longText,
    failedAt: instant,
  }),
});

const addOptions = z.strictObject({
  // What BullMQ refuses, and what it takes for numbers of its own.
  jobId: z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^:]*$/, 'must not contain a colon')
    .refine((id) => !/^\d+$/.test(id), 'must not be a whole number: BullMQ numbers its jobs itself')
    .optional(),
  priority: z.int().min(0).max(MAX_PRIORITY).optional(),
  delay: z.int().min(0).max(MAX_DELAY_MS).optional(),
  attempts: z.int().min(1).max(1_000_000).optional(),
  lifo: z.boolean().optional(),
  backoff: z.strictObject({ type: words, delay: z.int().min(0).max(MAX_DELAY_MS).optional() }).optional(),
});

const sight = { reveal: queryFlag.optional() };
const ofJob = { params: z.strictObject({ queueName: name, jobId }), query: z.object(sight), body: noBody };
const added = z.object({ success: z.boolean(), queueName: z.string(), jobId: z.string() });
export const changedJobs = z.object({
  success: z.boolean(),
  action: text,
  total: count,
  done: count,
  failed: count,
  errors: z.array(z.object({ jobId: z.string(), error: longText })).exactOptional(),
});

export const jobsRouteSchemas = {
  getJobs: {
    ...ofQueue,
    query: z.object({
      state: jobPlace.optional(),
      order: order.optional(),
      cursor: cursor.optional(),
      limit: queryCount(MAX_JOBS).optional(),
    }),
    reply: z.object({ jobs: z.array(jobSummary).max(MAX_JOBS), next: cursor.exactOptional() }),
  },
  findJobs: {
    ...none,
    query: z.object({ id: jobId.optional() }),
    reply: z.object({ jobs: z.array(jobSummary), queues: count }),
  },
  scanFailures: {
    ...none,
    body: failuresBody,
    reply: z.object({ groups: z.array(failureGroup), next: cursor.exactOptional(), examined: count, total: count }),
  },
  searchJobs: {
    ...none,
    body: searchBody,
    reply: z.object({
      hits: z.array(jobSummary).max(2 * MAX_JOBS),
      next: cursor.exactOptional(),
      examined: count,
      total: count,
      skipped: count,
    }),
  },
  getJob: { ...ofJob, reply: jobDetail },
  getJobLogs: {
    ...ofJob,
    query: z.object({
      ...sight,
      from: z
        .string()
        .regex(/^\d{1,9}$/, 'must be a whole number')
        .transform(Number)
        .optional(),
      limit: queryCount(1_000).optional(),
    }),
    reply: z.object({ lines: z.array(longText).max(1_000), total: count }),
  },
  getJobValue: {
    ...ofJob,
    query: z.object({ ...sight, field: z.enum(['data', 'options', 'result', 'progress']).optional() }),
    reply: valueView,
  },
  getJobTree: {
    ...ofJob,
    query: noQuery,
    reply: z.object({ nodes: z.array(treeNode).max(MAX_JOBS), cut: z.boolean() }),
  },
  getJobSchema: {
    ...ofQueue,
    reply: z.object({ queueName: z.string(), schema: z.record(z.string(), z.unknown()).exactOptional() }),
  },
  addJob: {
    ...ofQueue,
    body: z.strictObject({ name: words, data: z.unknown().optional(), options: addOptions.optional() }),
    reply: added,
  },
  changeJobs: {
    ...ofQueue,
    body: z.strictObject({
      action: z.enum(['retry', 'promote', 'remove', 'cancel']),
      jobIds: z.array(jobId).min(1).max(MAX_CHANGED),
      trash: z.boolean().optional(),
      reason: words.optional(),
    }),
    reply: changedJobs,
  },
  editJob: {
    ...ofJob,
    query: noQuery,
    body: z.strictObject({
      data: z.unknown().optional(),
      priority: z.int().min(0).max(MAX_PRIORITY).optional(),
      delay: z.int().min(0).max(MAX_DELAY_MS).optional(),
      runAgain: z.boolean().optional(),
    }),
    reply: added,
  },
  duplicateJob: {
    ...ofJob,
    query: noQuery,
    body: z.strictObject({ data: z.unknown().optional(), options: addOptions.omit({ jobId: true }).optional() }),
    reply: added,
  },
  getJobTrash: {
    ...none,
    query: z.object({ cursor: cursor.optional(), queueName: name.optional() }),
    reply: z.object({
      jobs: z.array(
        z.object({
          id: text,
          queueName: z.string(),
          jobId: z.string(),
          name: z.string(),
          state: jobPlace,
          removedAt: instant,
          removedBy: text,
          until: instant,
        }),
      ),
      next: cursor.exactOptional(),
    }),
  },
  restoreJobs: {
    ...none,
    body: z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(MAX_JOBS) }),
    reply: changedJobs,
  },
};
