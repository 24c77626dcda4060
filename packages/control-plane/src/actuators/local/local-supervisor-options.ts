import type { Clock, FleetRegistry, RestartLimits, SupervisionLimits } from '@drover/core';
import type { ProcessTable } from './process-table.js';
import type { SpawnedProcess } from './worker-child.js';

/** Which worker to start; the rest of its specification is the spawner's. */
export interface WorkerToSpawn {
  readonly queueName: string;
  readonly workerId: string;
}

/** As pino's: particulars first, then the message. */
export interface SupervisorLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface LocalSupervisorOptions {
  /** Name of this machine, the same as in its workers' reports. */
  readonly host: string;
  /** Unique per control plane process. */
  readonly instanceId: string;
  /** Starts a worker process with a channel and its output in pipes; may throw. */
  readonly spawn: (worker: WorkerToSpawn) => SpawnedProcess;
  readonly fleet: Pick<FleetRegistry, 'readReports' | 'readHosts' | 'setDesired'>;
  readonly clock: Clock;
  readonly log: SupervisorLog;
  readonly limits?: Partial<SupervisionLimits>;
  readonly restartLimits?: Partial<RestartLimits>;
  /** What the workers write, as it comes. Default: passed on to this process's own output. */
  readonly onOutput?: (worker: WorkerToSpawn, stream: 'stdout' | 'stderr', text: string) => void;
  readonly processes?: ProcessTable;
  readonly random?: () => number;
  readonly freeMemoryMB?: () => number;
}
