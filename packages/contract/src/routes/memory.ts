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
  getMemoryHistory: {
    method: 'GET',
    path: '/memory/history',
    role: 'viewer',
    served: true,
    faults: ['not_found', 'engine_timeout'],
  },
  getMemoryConfig: { method: 'GET', path: '/memory/config', role: 'viewer', served: true, faults: [] },
  updateMemoryConfig: {
    method: 'PATCH',
    path: '/memory/config',
    role: 'admin',
    served: true,
    faults: ['conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'memory.update',
  },
  getRecycles: { method: 'GET', path: '/workers/recycles', role: 'viewer', served: true, faults: ['engine_timeout'] },
  recycleWorker: {
    method: 'POST',
    path: '/workers/:workerId/recycle',
    role: 'operator',
    served: true,
    faults: ['not_found', 'conflict', 'too_large', 'engine_timeout', 'engine_full'],
    audit: 'worker.recycle',
  },
} as const satisfies Record<string, Route>;

/** Fields that are absent stay as they are. */
export interface UpdateMemoryConfigRequest {
  worker?: Partial<MemoryConfiguration['worker']>;
  /** Soft limit by queue, in MB; `null` takes a queue's own limit away. */
  jobSpecific?: { [queueName: string]: number | null };
  /** 0 switches a rule off. */
  recycling?: Partial<MemoryConfiguration['recycling']>;
}

export interface UpdateMemoryConfigResponse {
  success: boolean;
  config: MemoryConfiguration;
}

export type RecycleCause = 'command' | 'soft_limit' | 'hard_limit' | 'jobs' | 'age' | 'growth' | 'zombies';
export type RecycleStatus = 'requested' | 'replacing' | 'draining' | 'done' | 'failed';

/** One replacement of a worker, from the moment at which it was asked for to its end. */
export interface WorkerRecycle {
  workerId: string;
  queueName: string;
  host: string;
  cause: RecycleCause;
  reason: string;
  graceful: boolean;
  /** `requested` until it is the worker's turn, and the worker knows. */
  status: RecycleStatus;
  /** How it stands, or ended. */
  message: string;
  /** Absent when Drover decided by itself. */
  requestedBy?: string;
  requestedAt: Date;
  updatedAt: Date;
  /** Jobs that were given back unfinished and run again; absent until that is known. */
  jobsHandedBack?: number;
}

export interface RecyclesQuery {
  workerId?: string;
  queueName?: string;
  /** Most finished ones, 1 to 500. 50 unless told. */
  limit?: number;
  /** `next` of the page before. */
  before?: string;
}

export interface RecyclesResponse {
  /** Under way, oldest first. */
  running: WorkerRecycle[];
  /** Over, newest first; kept for 30 days. */
  finished: WorkerRecycle[];
  /** Where the next page begins; absent on the last. */
  next?: string;
}

/** Of one worker, of a queue's workers, or, without either, of the whole system. */
export interface MemoryHistoryQuery {
  workerId?: string;
  queueName?: string;
  /** Most points, 1 to 5,000. 60 unless told. */
  limit?: number;
  since?: Date;
  until?: Date;
}

export interface MemoryHistoryPoint {
  timestamp: Date;
  /** Mean over the step for a worker; for queue and system the sum of its workers at the step's end. */
  rssMB: number;
  /** Workers only. */
  heapUsedMB?: number;
  /** Queue and system: RSS of the hard limits. */
  percentage?: number;
  /** Queue and system: workers at the step's end. */
  workers?: number;
}

export interface MemoryHistoryResponse {
  of: 'worker' | 'queue' | 'system';
  workerId?: string;
  queueName?: string;
  stepMs: number;
  /** Oldest first; steps in which nothing is known are absent. A worker's are kept for 24 h. */
  points: MemoryHistoryPoint[];
}

/** Input and reply of each route, as callers see them. */
export interface MemoryRouteTypes {
  getWorkerMemory: NoInput & { reply: WorkerMemorySummary };
  getCurrentMemory: NoInput & { reply: CurrentMemoryResponse };
  getMemoryHistory: Omit<NoInput, 'query'> & { query: MemoryHistoryQuery; reply: MemoryHistoryResponse };
  getMemoryConfig: NoInput & { reply: MemoryConfiguration };
  updateMemoryConfig: Omit<NoInput, 'body'> & { body: UpdateMemoryConfigRequest; reply: UpdateMemoryConfigResponse };
  getRecycles: Omit<NoInput, 'query'> & { query: RecyclesQuery; reply: RecyclesResponse };
  recycleWorker: Omit<NoInput, 'params' | 'body'> & {
    params: { workerId: string };
    body: RecycleWorkerRequest;
    reply: RecycleWorkerResponse;
  };
}
