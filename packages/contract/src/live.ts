import type {
  Alert,
  CurrentMemoryResponse,
  DashboardSummaryResponse,
  QueueHealthStatus,
  QueueSystemHealthResponse,
  WorkerMemorySummary,
} from './types.js';

/** What the control plane says of itself with every snapshot. */
export interface ControlPlaneStatus {
  version: string;
  /** Name of the environment, as configured: `production`, `staging`. */
  environment: string;
  engine: {
    kind: string;
    address: string;
    healthy: boolean;
    message?: string;
    /** What an operator should change about the engine, in sentences: eviction, connections, clocks. */
    warnings?: string[];
  };
  /** The instance that runs the monitor; absent between two leaders. */
  leader?: string;
  instanceId: string;
  instances: number;
  tickMs: number;
}

/** Everything a dashboard polls, as of one tick. First event of `GET /events`. */
export interface LiveSnapshot {
  /** Grows by one per tick of a leader; also the SSE event id, with the epoch: `epoch-seq`. */
  seq: number;
  epoch: number;
  timestamp: Date;
  status: ControlPlaneStatus;
  dashboard: DashboardSummaryResponse;
  health: QueueSystemHealthResponse;
  queues: QueueHealthStatus[];
  workers: WorkerMemorySummary;
  memory: CurrentMemoryResponse;
  /** All that fire, the critical first. In a delta only when something about them changed. */
  alerts?: Alert[];
}

/** What changed since the previous tick: queues whole, by name; the small parts always. */
export interface LiveDelta extends Omit<LiveSnapshot, 'queues'> {
  /** The tick this one follows; a client that holds another asks for a snapshot. */
  previousSeq: number;
  changedQueues: QueueHealthStatus[];
  removedQueues: string[];
}

/** What a client of `GET /events` can ask for; `snapshot` unless told. `audit` is for admins. */
export const eventTopics = ['snapshot', 'alerts', 'operations', 'workers', 'audit'] as const;
export type EventTopic = (typeof eventTopics)[number];
/** Topics whose events are published one by one; the SSE event has the topic's name. */
export type PublishedTopic = Exclude<EventTopic, 'snapshot'>;

/**
 * What happened, to which thing; instants in it are ISO 8601 strings. After an outage an
 * event may come twice, and one may be lost: it says where to look, what is read is the truth.
 */
export interface TopicEvent {
  /** Thing and verb: `alert.raised`, `worker.recycling`, `operation.progress`. */
  type: string;
  [field: string]: unknown;
}

/** Short histories for sparklines, newest last; `null` is unknown. `GET /queues/trends`. */
export interface TrendsResponse {
  since: Date;
  stepMs: number;
  system: {
    waiting: (number | null)[];
    jobsPerMinute: (number | null)[];
    errorRate: (number | null)[];
    memoryMB: (number | null)[];
  };
  queues: Record<string, { waiting: (number | null)[] }>;
}
