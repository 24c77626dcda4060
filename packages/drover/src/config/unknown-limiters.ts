import { configuredLimiters, limiterNamed, parseLimiterDefinitions } from '@drover/core';
import type { DroverConfig } from './schema.js';

/**
 * Queues that name a limiter which nothing defines: a misspelt one would hold its queue until
 * somebody reads why. One that admins make over the API must stand in the file to be named here.
 */
export function unknownLimiters({ limiters = {}, queues = {} }: DroverConfig): { path: string; message: string }[] {
  const known = configuredLimiters(parseLimiterDefinitions(limiters));
  return Object.entries(queues).flatMap(([queueName, { limiter = [] }]) =>
    [limiter]
      .flat()
      .filter((name) => limiterNamed(known, name) === undefined)
      .map((name) => ({
        path: `queues.${queueName}.limiter`,
        message: `names no limiter: ${name}; there are ${Object.keys(known).join(', ')}`,
      })),
  );
}
