import { RATE_LIMIT_ERROR } from 'bullmq';
import { isRateLimited } from './limiter/rate-limited-error.js';

const PUT_OFF = new Set(['DelayedError', 'WaitingError', 'WaitingChildrenError']);

/** As BullMQ tells them: the job goes back to the queue, and the attempt has no outcome. */
export function isPutOff(error: Error): boolean {
  return error.message === RATE_LIMIT_ERROR || PUT_OFF.has(error.name) || isRateLimited(error);
}
