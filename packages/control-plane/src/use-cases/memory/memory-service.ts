import type {
  MemoryHistoryQuery,
  MemoryHistoryResponse,
  RecyclesQuery,
  RecyclesResponse,
  UpdateMemoryConfigRequest,
} from '@drover/contract';
import type { Clock, Engine, Recycle } from '@drover/core';
import type { LiveTopics } from '../live-topics.js';
import type { Reads } from '../reads.js';
import type { MemoryConfig } from './memory-config.js';
import { readMemoryHistory } from './memory-history.js';
import { MemoryMinutes } from './memory-minutes.js';
import { RecycleBook } from './recycle-book.js';
import { type RecycleCommand, recycleWorker } from './recycle-worker.js';
import { spareFleet } from './spare-fleet.js';
import { toWireRecycle } from './wire-recycle.js';

export interface MemoryServiceDependencies {
  readonly engine: Pick<Engine, 'fleet' | 'records'>;
  readonly config: MemoryConfig;
  readonly reads: Pick<Reads, 'history'>;
  readonly topics: LiveTopics;
  readonly clock: Pick<Clock, 'nowMs'>;
}

/** Memory: its limits, its history, and the workers that are replaced for it. */
export interface MemoryService {
  config(): ReturnType<MemoryConfig['read']>;
  updateConfig(change: UpdateMemoryConfigRequest, expectedVersion?: number): ReturnType<MemoryConfig['update']>;
  history(query: MemoryHistoryQuery): Promise<MemoryHistoryResponse>;
  /** Faults: `not_found`, `conflict`. */
  recycle(command: RecycleCommand): Promise<Recycle>;
  recycles(query: RecyclesQuery): Promise<RecyclesResponse>;
}

const DEFAULT_LIMIT = 50;

export function createMemoryService(dependencies: MemoryServiceDependencies): MemoryService {
  const { engine, config, reads, topics, clock } = dependencies;
  const book = new RecycleBook(engine.records);
  const minutes = new MemoryMinutes(engine.records);
  return {
    config: () => config.read(),
    async updateConfig(change, expectedVersion) {
      await spareFleet(engine.fleet, config, change);
      return config.update(change, expectedVersion);
    },
    history: (query) => readMemoryHistory({ minutes, reads }, query, clock.nowMs()),
    recycle: (command) => recycleWorker({ fleet: engine.fleet, book, topics, clock }, command),
    async recycles({ workerId, queueName, limit = DEFAULT_LIMIT, before }) {
      const [open, over] = await Promise.all([book.open(queueName), book.over({ workerId, queueName, limit, before })]);
      const running = open.map(({ recycle }) => recycle).filter((one) => (workerId ?? one.workerId) === one.workerId);
      return {
        running: running.map(toWireRecycle),
        finished: over.recycles.map(toWireRecycle),
        ...(over.next === null ? {} : { next: over.next }),
      };
    },
  };
}
