/** Settings documents that workers go by at run time, written by the control plane. */
export const timeoutsKey = 'timeouts';
export const limitersKey = 'limiters';
export const memoryKey = 'memory';

/** All that a worker reads; the other documents (users, policies) are none of its business. */
export const workerDocumentKeys = [timeoutsKey, limitersKey, memoryKey] as const;
