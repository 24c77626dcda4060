import type { memoryRoutes } from '@drover/contract';
import type { Recycle } from '@drover/core';
import type { MemoryService } from '../../use-cases/memory/memory-service.js';
import { jsonReply } from '../error-reply.js';
import type { HandlersOf } from './route-context.js';

/** The two that are part of the snapshot are served with it. */
type OwnRoutes = Omit<typeof memoryRoutes, 'getWorkerMemory' | 'getCurrentMemory'>;

export function createMemoryHandlers(memory: MemoryService): HandlersOf<OwnRoutes> {
  return {
    async getMemoryHistory({ query }) {
      return jsonReply(await memory.history(query));
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
