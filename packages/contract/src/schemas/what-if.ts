import { z } from 'zod';
import { amount, bodyInstant, count, instant, name, none } from './primitives.js';
import { updateScalingPolicyBody } from './scaling.js';

/** Most steps of a posted trace: a week of half minutes. */
const MAX_STEPS = 20_160;
/** Most steps of a chart. */
const MAX_COURSE = 300;

const simulateScalingBody = z
  .strictObject({
    queueName: name.optional(),
    since: bodyInstant.optional(),
    until: bodyInstant.optional(),
    trace: z
      .strictObject({
        stepMs: z.int().min(1_000).max(3_600_000),
        arrivals: z.array(z.number().min(0).max(1_000_000)).min(2).max(MAX_STEPS),
      })
      .optional(),
    policy: updateScalingPolicyBody.optional(),
    service: z
      .strictObject({ meanMs: z.number().min(1).max(86_400_000), cv: z.number().min(0).max(20).optional() })
      .optional(),
    startUpMs: z.number().min(0).max(3_600_000).optional(),
    slotsPerWorker: z.int().min(1).max(10_000).optional(),
    pricePerWorkerHour: z.number().min(0).max(1_000_000).optional(),
  })
  .superRefine((body, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (body.trace === undefined && body.queueName === undefined) refuse('queueName', 'is needed without a trace');
    if (body.trace !== undefined && body.queueName === undefined) {
      if (body.service === undefined) refuse('service', 'is needed for a trace of no queue');
      if (body.policy === undefined) refuse('policy', 'is needed for a trace of no queue');
    }
    if (body.trace !== undefined && body.since !== undefined) refuse('since', 'a posted trace has no time of its own');
    if (body.since !== undefined && body.since >= (body.until ?? new Date(8.64e15))) {
      refuse('since', 'must be before until');
    }
  });

const outcome = z.object({
  workerHours: amount,
  busyHours: amount,
  cost: amount.exactOptional(),
  waitMs: z.object({ p50: amount, p95: amount, p99: amount, max: amount }),
  objectiveMs: amount,
  overObjectivePercent: amount,
  actions: count,
  flips: count,
});
const course = z.object({
  workers: z.array(amount).max(MAX_COURSE),
  depth: z.array(amount).max(MAX_COURSE),
  waitMs: z.array(amount).max(MAX_COURSE),
});
const known = z.array(amount.nullable()).max(MAX_COURSE);

const simulateScalingReply = z.object({
  success: z.boolean(),
  queueName: name.exactOptional(),
  since: instant,
  until: instant,
  assumed: z.object({
    arrivals: z.enum(['recorded', 'posted']),
    jobs: count,
    stepMs: count,
    unknownPercent: amount,
    serviceMs: amount,
    startUpMs: amount,
    slotsPerWorker: count,
  }),
  draft: outcome.exactOptional(),
  present: outcome.exactOptional(),
  actual: z
    .object({
      workerHours: amount,
      cost: amount.exactOptional(),
      knownPercent: amount,
      longestWaitMs: amount.nullable(),
    })
    .exactOptional(),
  series: z.object({
    stepMs: count,
    draft: course.exactOptional(),
    present: course.exactOptional(),
    actual: z.object({ workers: known, depth: known, waitMs: known }).exactOptional(),
  }),
});

export const whatIfRouteSchemas = {
  simulateScaling: { ...none, body: simulateScalingBody, reply: simulateScalingReply },
};
