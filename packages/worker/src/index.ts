export { Worker } from './worker.js';
export type { DroverLogEntry, DroverOptions, WorkerOptions } from './worker-options.js';
