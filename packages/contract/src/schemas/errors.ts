import { z } from 'zod';

/** Body of every reply that is not a success. */
export const errorResponse = z.object({
  success: z.literal(false),
  error: z.string().min(1).max(4_000),
  code: z.string().max(100).exactOptional(),
  details: z.unknown().exactOptional(),
});
