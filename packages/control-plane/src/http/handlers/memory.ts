import type { memoryRoutes } from '@drover/contract';
import type { Recycle } from '@drover/core';
import type { MemoryService } from '../../use-cases/memory/memory-service.js';
import { sendBody } from '../cached-body.js';
import { jsonReply } from '../error-reply.js';
import type { SnapshotFeed } from '../served-snapshot.js';
import { TickMemo } from '../tick-memo.js';
import type { HandlersOf } from './route-context.js';

/** The two that are part of the snapshot are served with it. */
type OwnRoutes = Omit<typeof memoryRoutes, 'getWorkerMemory' | 'getCurrentMemory'>;

/** Many screens on the same history cost the engine what one does. */
const FRESH_MS = 5_000;

export function createMemoryHandlers(
  memory: MemoryService,
  { feed, nowMs }: { readonly feed: SnapshotFeed; readonly nowMs: () => number },
): HandlersOf<OwnRoutes> {
  const memo = new TickMemo(nowMs, FRESH_MS);
  return {
    async getMemoryHistory({ query }, { request }) {
      return sendBody(request, await memo.get(feed.current(), JSON.stringify(query), () => memory.history(query)));
    },

    getMemoryConfig() {
      const { config, version } = memory.config();
      return jsonReply(config, 200, { ETag: etag(version) });
    },

    async updateMemoryConfig({ body }, { expectedVersion, noteChange }) {
      const { config, before, version } = await memory.updateConfig(body, expectedVersion);
      noteChange({ target: 'memory', before, after: config });
      return jsonReply({ success: true, config }, 200, { ETag: etag(version) });
    },

    async getRecycles({ query }) {
      return jsonReply(await memory.recycles(query));
    },

    async recycleWorker({ params: { workerId }, body }, { identity, noteChange }) {
      const { reason, graceful = true } = body;
      const recycle = await memory.recycle({ workerId, reason, graceful, requestedBy: identity.actor });
      noteChange({ target: `worker:${workerId}`, details: { reason, graceful, queueName: recycle.queueName } });
      return jsonReply(toReply(recycle));
    },
  };
}

function toReply({ workerId, queueName, message }: Recycle) {
  return { success: true, workerId, queueName, status: 'recycling', message };
}

function etag(version: number): string {
  return `"${version}"`;
}
