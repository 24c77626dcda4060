/** The handler of docs/rate-limits.md, which quotes it; the service and the order come with the job. */
import { limiter, retryAfterMs } from '@drover/worker';

const stripe = limiter('stripeApi');

export default async function charge(job, _token, signal) {
  const response = await stripe.run(() => fetch(job.data.url, { method: 'POST', signal }), { signal });
  if (response.status === 429) {
    // Nobody calls before the service wants to be called again; this job is retried as usual.
    await stripe.penalize(retryAfterMs(response.headers.get('retry-after'), 1_000));
  }
  if (!response.ok) throw new Error(`The payment service answered ${response.status}`);
  return response.json();
}
