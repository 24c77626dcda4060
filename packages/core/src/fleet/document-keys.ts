/** Settings documents that workers go by at run time, written by the control plane. */
export const timeoutsKey = 'timeouts';
export const limitersKey = 'limiters';
export const memoryKey = 'memory';
