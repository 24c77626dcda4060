import type {
  ControlPlaneStatus,
  ExecutionStatsResponse,
  LiveSnapshot,
  QueueMetrics,
  TrendsResponse,
} from '@drover/contract';
import type { PublishedTick } from '../monitor/checkpoint.js';

export interface HistoryRange {
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Wished span of an entry; the answer says which it has. */
  readonly stepMs?: number;
  readonly limit: number;
}

export interface QueueHistory {
  readonly stepMs: number;
  /** Oldest first; a slot in which nothing was recorded is absent. */
  readonly entries: QueueMetrics[];
}

/** What the API reads. The snapshot comes from memory; the rest asks the engine, once per tick whoever asks. */
export interface Reads {
  /** The newest snapshot; `null` before the first. */
  current(): LiveSnapshot | null;
  /** Calls back with each new snapshot. */
  subscribe(listener: (snapshot: LiveSnapshot) => void): () => void;
  /** This instance as of now, also when the engine is away. */
  status(): ControlPlaneStatus;
  /** The newest tick that the engine holds, with its counters; `null` before the first. */
  published(): PublishedTick | null;
  history(queueName: string, range: HistoryRange): Promise<QueueHistory>;
  executionStats(queueName: string): Promise<ExecutionStatsResponse>;
  trends(rangeMs: number): Promise<TrendsResponse>;
}
