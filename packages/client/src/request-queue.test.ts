import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { QueueSystemApiClient } from './queue-system-api-client.js';
import { type RequestLimit, type RequestLimitState, RequestQueue } from './request-queue.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function queueOf(limit: Partial<RequestLimit> = {}) {
  const states: RequestLimitState[] = [];
  const onChange = (state: RequestLimitState) => void states.push(state);
  return { queue: new RequestQueue({ requests: 5, perMs: 1_000, onChange, ...limit }), states };
}

it('sends no more than the limit in any span of its length, in the order of the calls', async () => {
  const { queue } = queueOf();
  const sent: { index: number; atMs: number }[] = [];
  const start = performance.now();
  for (let index = 0; index < 17; index += 1) {
    void queue.turn().then(() => sent.push({ index, atMs: performance.now() - start }));
    await vi.advanceTimersByTimeAsync(70);
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent.map(({ index }) => index)).toEqual(Array.from({ length: 17 }, (_, index) => index));
  for (const { atMs } of sent) {
    expect(sent.filter((other) => other.atMs >= atMs && other.atMs < atMs + 1_000).length).toBeLessThanOrEqual(5);
  }
  // All places are used: 17 requests at 5 a second.
  expect(sent.at(-1)?.atMs).toBeLessThan(3_500);
});

it('says once that the limit is near, that calls wait, and that it is far again', async () => {
  const { queue, states } = queueOf();
  for (let index = 0; index < 7; index += 1) void queue.turn();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(states.map(({ phase }) => phase)).toEqual(['near', 'queued', 'clear']);
  expect(states[0]).toMatchObject({ used: 4, limit: 5, queued: 0 });
  expect(states[1]).toMatchObject({ used: 5, queued: 1 });
  expect(states.at(-1)?.used).toBeLessThan(4);
});

it('lets a call that waits be given up, and gives its place to the next', async () => {
  const { queue } = queueOf({ requests: 1 });
  await queue.turn();
  const abort = new AbortController();
  const given = queue.turn(abort.signal);
  const next = vi.fn();
  void queue.turn().then(next);
  abort.abort();
  await expect(given).rejects.toMatchObject({ code: 'aborted' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(next).toHaveBeenCalledOnce();
});

it('refuses what would wait behind too many', async () => {
  const { queue } = queueOf({ requests: 1, maxQueued: 1 });
  await queue.turn();
  void queue.turn();
  await expect(queue.turn()).rejects.toMatchObject({ code: 'rate_limited', status: 0, retryAfterMs: 1_000 });
});

it('keeps later calls back for as long as a 429 asks', async () => {
  const replies = [new Response('{}', { status: 429, headers: { 'Retry-After': '3' } })];
  const fetch = vi.fn(async () => replies.shift() ?? Response.json({ version: '1' }));
  const client = new QueueSystemApiClient({ fetch, retries: 0 });
  await expect(client.getStatus()).rejects.toMatchObject({ status: 429 });
  const later = client.getStatus();
  await vi.advanceTimersByTimeAsync(2_900);
  expect(fetch).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(await later).toEqual({ version: '1' });
});

it('stands behind every client unless it is switched off', async () => {
  const onChange = vi.fn();
  const fetch = vi.fn(async () => Response.json({}));
  const limited = new QueueSystemApiClient({ fetch, rateLimit: { requests: 2, perMs: 1_000, onChange } });
  const calls = [limited.getStatus(), limited.getSystemHealth(), limited.getTimeoutConfig()];
  await vi.advanceTimersByTimeAsync(500);
  expect(fetch).toHaveBeenCalledTimes(2);
  expect(onChange).toHaveBeenLastCalledWith({ phase: 'queued', used: 2, limit: 2, queued: 1 });
  await vi.advanceTimersByTimeAsync(500);
  await Promise.all(calls);
  expect(fetch).toHaveBeenCalledTimes(3);
  const free = new QueueSystemApiClient({ fetch, rateLimit: false });
  await Promise.all(Array.from({ length: 500 }, () => free.getStatus()));
  expect(fetch).toHaveBeenCalledTimes(503);
});
