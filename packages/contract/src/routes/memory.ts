import type {
  CurrentMemoryResponse,
  MemoryConfiguration,
  RecycleWorkerRequest,
  RecycleWorkerResponse,
  WorkerMemorySummary,
} from '../types.js';
import type { NoInput, Route } from './route.js';

export const memoryRoutes = {
  getWorkerMemory: { method: 'GET', path: '/workers/memory', role: 'viewer', served: true, faults: [] },
  getCurrentMemory: { method: 'GET', path: '/memory/current', role: 'viewer', served: true, faults: [] },
  getMemoryConfig: { method: 'GET', path: '/memory/config', role: 'viewer', served: false, faults: [] },
  recycleWorker: {
    method: 'POST',
    path: '/workers/:workerId/recycle',
    role: 'operator',
    served: false,
    faults: ['not_found', 'conflict', 'too_large'],
  },
} as const satisfies Record<string, Route>;

/** Input and reply of each route, as callers see them. */
export interface MemoryRouteTypes {
  getWorkerMemory: NoInput & { reply: WorkerMemorySummary };
  getCurrentMemory: NoInput & { reply: CurrentMemoryResponse };
  getMemoryConfig: NoInput & { reply: MemoryConfiguration };
  recycleWorker: Omit<NoInput, 'params' | 'body'> & {
    params: { workerId: string };
    body: RecycleWorkerRequest;
    reply: RecycleWorkerResponse;
  };
}
