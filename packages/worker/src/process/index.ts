export { type SpawnOptions, spawnWorkerProcess, workerProcessMain } from './spawn-worker-process.js';
export {
  DEFAULT_GRACE_MS,
  parseWorkerProcessSpec,
  SECRET_VARIABLES,
  SPEC_VARIABLE,
  type WorkerProcessEngine,
  type WorkerProcessSpec,
} from './worker-process-spec.js';
