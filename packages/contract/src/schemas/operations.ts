import { z } from 'zod';
import { jobFilters, jobPlace } from './jobs.js';
import {
  count,
  instant,
  MAX_JOBS_PER_CALL,
  name,
  noBody,
  noParams,
  noQuery,
  ofQueue,
  queryCount,
  text,
} from './primitives.js';

/** Most queues of one operation. */
export const MAX_OPERATION_QUEUES = 1_000;
const MAX_GRACE_MS = 31_536_000_000;
const MAX_ERRORS = 1_000;
const asOperation = `is at most ${MAX_JOBS_PER_CALL} in one call; for more, start an operation: POST /operations`;

export const queueControlReply = z.object({
  success: z.boolean(),
  queueName: name,
  status: z.enum(['paused', 'active']),
});

const jobStatus = z.enum(['completed', 'failed', 'delayed', 'waiting', 'active']);
const grace = z.int().min(0).max(MAX_GRACE_MS);

export const cleanQueueBody = z.strictObject({
  status: jobStatus,
  grace: grace.optional(),
  limit: z.int().min(1).max(MAX_JOBS_PER_CALL, asOperation).optional(),
});

export const cleanQueueReply = z.object({ success: z.boolean(), queueName: name, status: text, removed: count });

export const retryFailedQuery = z.object({
  limit: queryCount(Number.MAX_SAFE_INTEGER)
    .refine((limit) => limit <= MAX_JOBS_PER_CALL, asOperation)
    .optional(),
});

export const retryFailedReply = z.object({
  success: z.boolean(),
  queueName: name,
  total: count,
  retried: count,
  failed: count,
  errors: z.array(text).max(MAX_ERRORS).exactOptional(),
});

const kind = z.enum(['pause', 'resume', 'clean', 'retry-failed', 'retry-jobs', 'promote-jobs', 'remove-jobs']);
const operationId = z.string().regex(/^[\w-]{1,100}$/, 'is no id of an operation');

const jobs = z.strictObject({
  states: z.array(jobPlace).min(1).max(6).optional(),
  filter: jobFilters.optional(),
  trash: z.boolean().optional(),
  counted: operationId.optional(),
  canary: z
    .strictObject({ jobs: z.int().min(1).max(50), waitMs: z.int().min(1_000).max(3_600_000).optional() })
    .optional(),
});

export const startOperationBody = z
  .strictObject({
    kind,
    queues: z.array(name).min(1).max(MAX_OPERATION_QUEUES).optional(),
    matching: name.optional(),
    options: z
      .strictObject({
        status: jobStatus.optional(),
        grace: grace.optional(),
        limit: z.int().min(1).optional(),
      })
      .optional(),
    jobs: jobs.optional(),
    dryRun: z.boolean().optional(),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string[], message: string) => issues.push({ code: 'custom', path, message, input: value });
    const { queues, matching, options = {} } = value;
    if ((queues === undefined) === (matching === undefined)) refuse(['queues'], 'give either queues or matching');
    if (value.kind === 'clean' && options.status === undefined) refuse(['options', 'status'], 'is required to clean');
    for (const field of ['status', 'grace'] as const) {
      if (value.kind !== 'clean' && options[field] !== undefined) refuse(['options', field], 'is for cleaning only');
    }
    const chosen = value.kind.endsWith('-jobs');
    if (!chosen && value.jobs !== undefined) refuse(['jobs'], 'is for the kinds that end in -jobs');
    if (chosen && options.limit !== undefined) refuse(['options', 'limit'], 'is not for chosen jobs: filter them');
    if (chosen && value.jobs?.states === undefined && value.kind === 'remove-jobs') {
      refuse(['jobs', 'states'], 'is required to remove');
    }
    const { states = [], trash, canary } = value.jobs ?? {};
    const able = { 'retry-jobs': ['failed', 'completed'], 'promote-jobs': ['delayed'] }[value.kind as string];
    for (const state of states) {
      if (chosen && (able ? !able.includes(state) : state === 'active')) {
        refuse(['jobs', 'states'], `holds ${state}, from which this cannot be done`);
      }
    }
    if (trash !== undefined && value.kind !== 'remove-jobs') refuse(['jobs', 'trash'], 'is for removing only');
    if (canary !== undefined && (value.kind !== 'retry-jobs' || value.dryRun)) {
      refuse(['jobs', 'canary'], 'is for retrying only');
    }
    const single = value.kind === 'pause' || value.kind === 'resume';
    if (single && options.limit !== undefined) refuse(['options', 'limit'], 'is for jobs, of which this touches none');
  });

const summary = {
  id: text,
  kind,
  state: z.enum(['queued', 'running', 'done', 'cancelled', 'failed', 'interrupted']),
  dryRun: z.boolean(),
  options: z.object({
    status: jobStatus.exactOptional(),
    grace: count.exactOptional(),
    limit: count.exactOptional(),
  }),
  queueCount: count,
  total: count,
  done: count,
  failed: count,
  uncounted: count.exactOptional(),
  requestedBy: text,
  requestedAt: instant,
  until: instant,
  startedAt: instant.exactOptional(),
  finishedAt: instant.exactOptional(),
  runBy: text.exactOptional(),
  resumes: count.exactOptional(),
  cancelledBy: text.exactOptional(),
  cancelRequestedAt: instant.exactOptional(),
  message: text.exactOptional(),
  jobs: z.object({ states: z.array(jobPlace), words: z.string(), trash: z.boolean().exactOptional() }).exactOptional(),
  examined: count.exactOptional(),
  toExamine: count.exactOptional(),
  gone: count.exactOptional(),
  moved: count.exactOptional(),
  canary: z
    .object({
      state: z.enum(['choosing', 'retrying', 'waiting', 'passed', 'stopped']),
      jobs: count,
      waitMs: count,
      passed: count,
      until: instant.exactOptional(),
      chosen: z.array(
        z.object({
          queueName: z.string(),
          jobId: z.string(),
          verdict: z.enum(['chosen', 'left', 'running', 'passed', 'failed', 'gone']),
        }),
      ),
    })
    .exactOptional(),
};

const operationQueue = z.object({
  queueName: name,
  state: z.enum(['pending', 'running', 'done', 'failed']),
  total: count,
  done: count,
  failed: count,
  uncounted: count.exactOptional(),
  gone: count.exactOptional(),
  moved: count.exactOptional(),
  wasPaused: z.boolean().exactOptional(),
  message: text.exactOptional(),
});

export const operationDetail = z.object({
  ...summary,
  queues: z.array(operationQueue).max(MAX_OPERATION_QUEUES),
  errors: z.array(text).max(MAX_ERRORS).exactOptional(),
});

export const operationReply = z.object({ success: z.boolean(), operation: operationDetail });

export const operationsReply = z.object({
  operations: z.array(z.object(summary)).max(200),
  total: count,
  next: text.exactOptional(),
});

const ofOperation = { params: z.strictObject({ operationId }), query: noQuery, body: noBody };

export const operationsQuery = z.object({
  limit: queryCount(200).optional(),
  before: operationId.optional(),
  queueName: name.optional(),
});

export const operationsRouteSchemas = {
  pauseQueue: { ...ofQueue, reply: queueControlReply },
  resumeQueue: { ...ofQueue, reply: queueControlReply },
  cleanQueue: { ...ofQueue, body: cleanQueueBody, reply: cleanQueueReply },
  retryFailedJobs: { ...ofQueue, query: retryFailedQuery, reply: retryFailedReply },
  startOperation: { params: noParams, query: noQuery, body: startOperationBody, reply: operationReply },
  getOperations: { params: noParams, query: operationsQuery, body: noBody, reply: operationsReply },
  getOperation: { ...ofOperation, reply: operationDetail },
  cancelOperation: { ...ofOperation, reply: operationReply },
};
