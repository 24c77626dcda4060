import type { scalingRoutes } from '@drover/contract';
import type { ScalingService } from '../../use-cases/scaling/scaling-service.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

const DEFAULT_LIMIT = 50;

export function createScalingHandlers(
  scaling: ScalingService,
  { nowMs }: { readonly nowMs: () => number },
): HandlersOf<typeof scalingRoutes> {
  return {
    getScalingPolicies: () => jsonReply(scaling.policies()),

    async updateScalingPolicy({ params: { queueName }, body }, { expectedVersion, noteChange }) {
      const { before, after, version } = await scaling.update(queueName, body, expectedVersion);
      noteChange({ target: `queue:${queueName}`, before, after });
      return jsonReply({ success: true, policy: after }, 200, { ETag: `"${version}"` });
    },

    async getScalingDecision({ params: { queueName } }) {
      return jsonReply(await scaling.decision(queueName));
    },

    async setScalingHold({ params: { queueName }, body }, { identity, expectedVersion, noteChange }) {
      const { workers, until, seconds = 0, reason = '' } = body;
      const untilMs = until === undefined ? nowMs() + seconds * 1_000 : Date.parse(until);
      const wish = { workers, untilMs, reason, by: identity.id };
      const { before, after, version } = await scaling.hold(queueName, wish, expectedVersion);
      noteChange({ target: `queue:${queueName}`, before, after });
      return jsonReply({ success: true, queueName, ...(after && { hold: after }), version }, 200, {
        ETag: `"${version}"`,
      });
    },

    async endScalingHold({ params: { queueName } }, { expectedVersion, noteChange }) {
      const { before, after, version } = await scaling.release(queueName, expectedVersion);
      noteChange({ target: `queue:${queueName}`, before, after });
      return jsonReply({ success: true, queueName, version }, 200, { ETag: `"${version}"` });
    },

    async getScalingHistory({ params: { queueName }, query }, { identity }) {
      const { limit = DEFAULT_LIMIT, since, offset, cursor } = query;
      const page = await scaling.history({
        queueName,
        limit,
        caller: identity.id,
        ...(since && { sinceMs: since.getTime() }),
        ...(offset !== undefined && { offset }),
        ...(cursor !== undefined && { cursor }),
      });
      return jsonReply({ queueName, ...page });
    },
  };
}
