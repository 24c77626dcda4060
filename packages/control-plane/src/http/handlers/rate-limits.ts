import type { rateLimitsRoutes } from '@drover/contract';
import type { RateLimitsService } from '../../use-cases/rate-limits/rate-limits-service.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

/** The most that one reply holds, and what it covers unless told. */
const DAY_MINUTES = 1_440;
const DAY_MS = 86_400_000;

export function createRateLimitsHandlers(
  rateLimits: RateLimitsService,
  { nowMs }: { readonly nowMs: () => number },
): HandlersOf<typeof rateLimitsRoutes> {
  return {
    getRateLimitConfig() {
      const { config, version } = rateLimits.read();
      return jsonReply(config, 200, { ETag: `"${version}"` });
    },

    async getRateLimitStatus({ params: { limiterName } }) {
      return jsonReply(await rateLimits.status(limiterName));
    },

    async getRateLimitHistory({ params: { limiterName }, query: { since, until, limit = DAY_MINUTES } }) {
      const untilMs = until?.getTime() ?? nowMs();
      const sinceMs = since?.getTime() ?? untilMs - DAY_MS;
      return jsonReply(await rateLimits.history(limiterName, { sinceMs, untilMs, limit }));
    },

    async deleteRateLimit({ params: { limiterName } }, { expectedVersion, noteChange }) {
      const { before, after, version } = await rateLimits.remove(limiterName, expectedVersion);
      noteChange({ target: `limiter:${limiterName}`, before, after });
      const reply = { success: true, limiterName, removed: after === null, windows: after ?? {} };
      return jsonReply(reply, 200, { ETag: `"${version}"` });
    },

    async updateRateLimit({ params: { limiterName }, body }, { expectedVersion, noteChange }) {
      const { before, after, version } = await rateLimits.update(limiterName, body, expectedVersion);
      noteChange({ target: `limiter:${limiterName}`, before, after });
      return jsonReply({ success: true, limiterName, windows: after }, 200, { ETag: `"${version}"` });
    },
  };
}
