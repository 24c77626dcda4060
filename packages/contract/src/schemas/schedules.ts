import { z } from 'zod';
import { amount, bodyInstant, count, instant, name, noBody, none, noQuery, queryCount } from './primitives.js';

const YEAR_MS = 366 * 86_400_000;
export const MAX_RUNNING_JOBS = 1_000;

const scheduleRun = z.object({
  jobId: z.string(),
  dueAt: instant,
  state: z.enum(['waiting', 'active', 'delayed', 'waiting-children', 'completed', 'failed']),
  startedAt: instant.exactOptional(),
  finishedAt: instant.exactOptional(),
  workerId: z.string().exactOptional(),
});

const scheduleInfo = z.object({
  queueName: name,
  scheduleId: z.string(),
  jobName: z.string(),
  pattern: z.string().exactOptional(),
  everyMs: amount.exactOptional(),
  tz: z.string().exactOptional(),
  startAt: instant.exactOptional(),
  endAt: instant.exactOptional(),
  limit: count.exactOptional(),
  runs: count,
  paused: z.boolean(),
  pausedAt: instant.exactOptional(),
  pausedBy: z.string().exactOptional(),
  nextAt: instant.exactOptional(),
  overdueMs: amount.exactOptional(),
  nextRuns: z.array(instant),
  lastRuns: z.array(scheduleRun),
  dataBytes: count,
});

const pattern = z.string().min(1).max(200);
const everyMs = z.int().min(1_000).max(YEAR_MS);
const tz = z.string().min(1).max(100);
const limit = z.int().min(1).max(1_000_000_000);
const attempts = z.int().min(1).max(1_000);
const priority = z.int().min(0).max(2_097_151);

const createBody = z
  .strictObject({
    queueName: name.max(200),
    scheduleId: name.max(200),
    jobName: name.max(200),
    pattern: pattern.optional(),
    everyMs: everyMs.optional(),
    tz: tz.optional(),
    startAt: bodyInstant.optional(),
    endAt: bodyInstant.optional(),
    limit: limit.optional(),
    data: z.unknown().optional(),
    attempts: attempts.optional(),
    priority: priority.optional(),
  })
  .refine((body) => (body.pattern === undefined) !== (body.everyMs === undefined), {
    message: 'needs a pattern or everyMs, and not both',
    path: ['pattern'],
  });

const updateBody = z
  .strictObject({
    jobName: name.max(200).optional(),
    pattern: pattern.optional(),
    everyMs: everyMs.optional(),
    tz: tz.nullable().optional(),
    startAt: bodyInstant.nullable().optional(),
    endAt: bodyInstant.nullable().optional(),
    limit: limit.nullable().optional(),
    data: z.unknown().optional(),
    attempts: attempts.nullable().optional(),
    priority: priority.nullable().optional(),
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), { message: 'changes nothing' })
  .refine((body) => body.pattern === undefined || body.everyMs === undefined, {
    message: 'takes a pattern or everyMs, and not both',
    path: ['pattern'],
  });

const ofSchedule = {
  params: z.strictObject({ queueName: name, scheduleId: name }),
  query: noQuery,
  body: noBody,
};
const scheduleReply = z.object({ success: z.boolean(), schedule: scheduleInfo });
const named = { success: z.boolean(), queueName: name, scheduleId: z.string() };

const runningJob = z.object({
  queueName: name,
  jobId: z.string(),
  name: z.string(),
  startedAt: instant.exactOptional(),
  ageMs: amount,
  attempt: count,
  progress: z.number().exactOptional(),
  workerId: z.string().exactOptional(),
  host: z.string().exactOptional(),
  stuck: z.enum(['worker_gone', 'slow']).exactOptional(),
});

export const schedulesRouteSchemas = {
  getSchedules: {
    ...none,
    query: z.object({ queueName: name.optional() }),
    reply: z.object({ schedules: z.array(scheduleInfo), truncated: z.boolean() }),
  },
  getSchedule: { ...ofSchedule, reply: scheduleInfo },
  createSchedule: { ...none, body: createBody, reply: scheduleReply },
  updateSchedule: { ...ofSchedule, body: updateBody, reply: scheduleReply },
  deleteSchedule: { ...ofSchedule, reply: z.object(named) },
  pauseSchedule: { ...ofSchedule, reply: scheduleReply },
  resumeSchedule: { ...ofSchedule, reply: scheduleReply },
  runSchedule: { ...ofSchedule, reply: z.object({ ...named, jobId: z.string() }) },
  getRunningJobs: {
    ...none,
    query: z.object({
      queueName: name.optional(),
      workerId: name.optional(),
      limit: queryCount(MAX_RUNNING_JOBS).optional(),
    }),
    reply: z.object({ timestamp: instant, jobs: z.array(runningJob), truncated: z.boolean() }),
  },
};
