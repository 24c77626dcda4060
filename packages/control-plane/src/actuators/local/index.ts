export { createLocalSupervisor, type LocalSupervisor } from './local-supervisor.js';
export type { LocalSupervisorOptions, SupervisorLog, WorkerToSpawn } from './local-supervisor-options.js';
export { hostProcesses, type ProcessTable } from './process-table.js';
export type { SpawnedProcess } from './worker-child.js';
