export type { TimeoutNotice } from './deadlines/deadline-watch.js';
export { AttemptAbandonedError } from './deadlines/fence-job.js';
export { JobTimeoutError } from './deadlines/job-timeout-error.js';
export { type Limiter, type LimiterWait, limiter, retryAfterMs } from './limiter/limiter.js';
export type { Permit } from './limiter/limiter-line.js';
export { RateLimitedError } from './limiter/rate-limited-error.js';
export { Worker } from './worker.js';
export type { WorkerListener } from './worker-listener.js';
export type { DroverLogEntry, DroverOptions, WorkerOptions } from './worker-options.js';
