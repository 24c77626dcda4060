import { UnrecoverableError } from 'bullmq';
import { neverAborted, type ShopJob } from '../jobs.js';
import type { Charge } from '../services/charge.js';
import { requiredSetting } from '../shop-environment.js';
import { withDeadline } from '../with-deadline.js';

const replyTimeoutMs = 5_000;

/**
 * Charges an order. The job's id is the idempotency key: whatever is retried or run twice, the customer pays once.
 * A declined card is a result, not a failure. Refusals that may pass (429, 5xx, no reply) throw, and BullMQ retries
 * with its backoff; a request that the service calls wrong (4xx) is not sent again.
 */
export default async function payments(
  job: ShopJob<'payments'>,
  _token?: string,
  signal?: AbortSignal,
): Promise<Charge> {
  if (job.id === undefined) throw new UnrecoverableError('A payment without a job id has no idempotency key');
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': job.id },
    body: JSON.stringify(job.data),
  };
  const { status, body } = await withDeadline(signal ?? neverAborted, replyTimeoutMs, async (deadline) => {
    const response = await fetch(`${requiredSetting('SHOP_PAYMENTS_URL')}/charges`, { ...request, signal: deadline });
    return { status: response.status, body: await response.text() };
  });
  if (status === 201 || status === 402) return JSON.parse(body) as Charge;
  const fault = `Payment of order ${job.data.orderId} got ${status}: ${body.slice(0, 200)}`;
  if (status === 429 || status >= 500) throw new Error(fault);
  throw new UnrecoverableError(fault);
}
