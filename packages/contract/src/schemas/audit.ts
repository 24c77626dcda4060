import { z } from 'zod';
import { instant, none, queryCount, queryInstant, text } from './primitives.js';

const result = z.enum(['done', 'refused', 'failed']);

export const auditReply = z.object({
  entries: z
    .array(
      z.object({
        id: text,
        at: instant,
        actor: text,
        role: text.nullable(),
        from: text.nullable(),
        action: text,
        target: text,
        result,
        details: z.unknown(),
      }),
    )
    .max(1_000),
  nextCursor: text.exactOptional(),
});

const filters = {
  actor: z.string().max(300).optional(),
  action: z.string().max(300).optional(),
  target: z.string().max(600).optional(),
  result: result.optional(),
  since: queryInstant.optional(),
  until: queryInstant.optional(),
};

export const auditRouteSchemas = {
  getAudit: {
    ...none,
    query: z.object({
      ...filters,
      cursor: z
        .string()
        .regex(/^[\d-]{1,40}$/, 'must be the nextCursor of a reply')
        .optional(),
      limit: queryCount(1_000).optional(),
    }),
    reply: auditReply,
  },
  exportAudit: {
    ...none,
    query: z.object({ ...filters, format: z.enum(['jsonl', 'csv']).optional() }),
    reply: z.string(),
  },
};
