import { cancelsKey } from './job-cancel.js';
import { quarantineKey } from './quarantine-document.js';

/** Settings documents that workers go by at run time, written by the control plane. */
export const timeoutsKey = 'timeouts';
/** What the leader adds to the timeouts: its configuration, and the adaptive deadlines. */
export const timeoutBasisKey = 'timeouts-basis';
export const limitersKey = 'limiters';
export const memoryKey = 'memory';

/** All that a worker reads; the other documents (users, policies) are none of its business. */
export const workerDocumentKeys = [
  timeoutsKey,
  timeoutBasisKey,
  limitersKey,
  memoryKey,
  cancelsKey,
  quarantineKey,
] as const;
