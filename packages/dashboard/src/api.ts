import { QueueSystemApiClient } from '@drover/client';
import { apiBasePath, buildPath } from '@drover/contract';
import { takeEarly } from './early-requests';

const eventsPath = apiBasePath + buildPath('openEvents', undefined);

/** The dashboard's client: the first stream of events is the one that was opened before the application ran. */
export const api = new QueueSystemApiClient({
  async fetch(input, init) {
    const early = input === eventsPath ? await takeEarly('events')?.catch(() => undefined) : undefined;
    // A stream that was given up meanwhile must not be read, and one that was refused is asked for again.
    if (!early?.ok || init?.signal?.aborted) return fetch(input, init);
    init?.signal?.addEventListener('abort', () => void early.body?.cancel().catch(() => undefined), { once: true });
    return early;
  },
});
