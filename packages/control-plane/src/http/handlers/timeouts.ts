import type { timeoutsRoutes } from '@drover/contract';
import type { TimeoutsService } from '../../use-cases/timeouts/timeouts-service.js';
import { jsonReply } from '../error-reply.js';
import { currentFigures, queueOf } from './current-figures.js';
import type { MonitoringHandlerOptions } from './monitoring.js';
import type { HandlersOf } from './route-context.js';

type TimeoutsHandlerOptions = Pick<MonitoringHandlerOptions, 'feed' | 'nowMs'> & { readonly timeouts: TimeoutsService };

export function createTimeoutsHandlers({
  feed,
  nowMs,
  timeouts,
}: TimeoutsHandlerOptions): HandlersOf<typeof timeoutsRoutes> {
  const { served } = currentFigures({ feed, nowMs });
  const etag = (version: number) => ({ ETag: `"${version}"` });

  return {
    getTimeoutConfig() {
      const names = served().snapshot.queues.map(({ queueName }) => queueName);
      const { config, version } = timeouts.read(names);
      return jsonReply(config, 200, etag(version));
    },

    getDefaultTimeout() {
      const { config, version } = timeouts.readDefault();
      return jsonReply(config, 200, etag(version));
    },

    async updateDefaultTimeout({ body }, { expectedVersion, noteChange }) {
      const { before, after, version } = await timeouts.updateDefault(body, expectedVersion);
      noteChange({ target: 'timeouts', before, after });
      return jsonReply({ success: true, config: after }, 200, etag(version));
    },

    async updateTimeout({ body }, { match, expectedVersion, noteChange }) {
      const { queueName } = queueOf(served(), match);
      const { before, after, version } = await timeouts.update(queueName, body, expectedVersion);
      noteChange({ target: `queue:${queueName}`, before, after });
      return jsonReply({ success: true, config: { queueName, ...after } }, 200, etag(version));
    },
  };
}
