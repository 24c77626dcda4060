import { alertKinds } from '@drover/core';
import { z } from 'zod';

const name = z.string().min(1).max(200);
const notifierName = z
  .string()
  .regex(/^[\w.-]{1,60}$/, 'use letters, digits, dots, dashes and underscores, 60 at most')
  .describe('Named by routes and the API.');
const waitMs = (max: number) => z.number().int().min(0).max(max);

const httpUrl = z.url({ protocol: /^https?$/, error: 'is no http or https address' });
const webhook = z.strictObject({
  type: z.literal('webhook'),
  url: httpUrl,
  secret: z.string().min(16, 'needs 16 characters or more: whoever guesses it can send alerts in our name'),
});
const slack = z.strictObject({ type: z.literal('slack'), url: httpUrl });
const mail = z.strictObject({
  type: z.literal('mail'),
  smtp: z.url({ protocol: /^smtps?$/, error: 'is no smtp or smtps address' }),
  from: name,
  to: z.union([name, z.array(name).min(1).max(50)]),
});

export const notifiersSchema = z.record(notifierName, z.discriminatedUnion('type', [webhook, slack, mail]));

const route = z.strictObject({
  severity: z.enum(['warning', 'critical']).optional().describe('Alerts of this severity; any unless told.'),
  queues: z.array(name).min(1).optional().describe('Alerts of these queues; any unless told.'),
  kinds: z.array(z.enum(alertKinds)).min(1).optional().describe('Alerts of these kinds; any unless told.'),
  notifiers: z.array(z.string()).describe('Who is told; nobody when empty.'),
  continue: z.boolean().optional().describe('True to look at the routes below as well. `false`.'),
});

export const notificationsSchema = z.strictObject({
  routes: z
    .array(route)
    .max(200)
    .optional()
    .describe('Which alerts go to whom; the first that matches decides. Everything to every notifier unless told.'),
  groupWaitMs: waitMs(3_600_000).optional().describe('How long a first alert waits for others. `10000`.'),
  groupIntervalMs: waitMs(86_400_000).optional().describe('Least time between two messages to one notifier. `60000`.'),
  repeatAfterMs: z
    .number()
    .int()
    .min(60_000)
    .max(30 * 86_400_000)
    .optional()
    .describe('When what nobody acknowledged is told again. `14400000`, 4 hours.'),
  dashboardUrl: httpUrl.optional().describe('Where messages lead: the address people open Drover at.'),
});
