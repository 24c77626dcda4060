import { connect } from 'node:net';
import { QueueSystemApiClient } from '@drover/client';
import type { LiveDelta, LiveSnapshot } from '@drover/contract';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { publishEntries } from '../use-cases/audit/publish-entries.js';
import { firstTick, liveSnapshot, queueHealth } from './testing/fake-reads.js';
import { startTestServer, type TestServer } from './testing/test-server.js';

let server: TestServer;
const closers: (() => void)[] = [];
beforeEach(async () => {
  server = await startTestServer({ events: { maxClients: 3, maxUnsentBytes: 64 * 1_024, heartbeatMs: 50 } });
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  await server.close();
});

interface Opened {
  readonly headers: Headers;
  /** All that came so far. */
  text(): string;
  /** Ids of the events so far. */
  ids(): string[];
  ended: Promise<void>;
}

async function open(headers: Record<string, string> = {}, query = '', at = server): Promise<Opened> {
  const abort = new AbortController();
  closers.push(() => abort.abort());
  const response = await fetch(`${at.api}/events${query}`, {
    headers: { ...server.bearer(), ...headers },
    signal: abort.signal,
  });
  expect(response.status).toBe(200);
  let text = '';
  const decoder = new TextDecoder();
  const ended = (async () => {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk);
  })();
  ended.catch(() => undefined);
  return {
    headers: response.headers,
    text: () => text,
    ids: () => [...text.matchAll(/^id: (.*)$/gm)].map((found) => found[1] ?? ''),
    ended,
  };
}

const at = (second: number) => new Date(firstTick.getTime() + second * 1_000);
const tick = (seq: number, waiting: Record<string, number>) =>
  liveSnapshot({
    seq,
    timestamp: at(seq),
    queues: Object.entries(waiting).map(([name, count]) => queueHealth(name, count, at(seq))),
  });

describe('the event stream', () => {
  it('starts with a snapshot and goes on with deltas of the queues that changed', async () => {
    server.reads.publish(tick(1, { a: 1, b: 1, c: 1 }));
    const snapshots: LiveSnapshot[] = [];
    const deltas: LiveDelta[] = [];
    const client = new QueueSystemApiClient({ baseUrl: server.api, headers: server.bearer() });
    const stream = client.openEvents({ onSnapshot: (got) => snapshots.push(got), onDelta: (got) => deltas.push(got) });
    closers.push(() => stream.close());
    await vi.waitFor(() => expect(snapshots).toHaveLength(1));
    server.reads.publish(tick(2, { a: 1, b: 2, d: 1 }));
    await vi.waitFor(() => expect(deltas).toHaveLength(1));
    expect(snapshots[0]?.queues.map(({ queueName }) => queueName)).toEqual(['a', 'b', 'c']);
    expect(snapshots[0]?.queues[0]?.metrics.timestamp).toEqual(at(1));
    expect(deltas[0]).toMatchObject({ seq: 2, previousSeq: 1, timestamp: at(2), removedQueues: ['c'] });
    expect(deltas[0]?.changedQueues.map(({ queueName }) => queueName)).toEqual(['b', 'd']);
    expect(stream.lastEventId).toBe('1-2');
  });

  it('is not compressed and not buffered by proxies, and has the security headers', async () => {
    const { headers } = await open({ 'Accept-Encoding': 'gzip' });
    expect(headers.get('content-type')).toContain('text/event-stream');
    expect(headers.get('content-encoding')).toBeNull();
    expect(headers.get('cache-control')).toContain('no-transform');
    expect(headers.get('x-accel-buffering')).toBe('no');
    expect(headers.get('content-security-policy')).toContain("script-src 'self'");
  });

  it('writes a heartbeat when nothing happens', async () => {
    const { text } = await open();
    await vi.waitFor(() => expect(text()).toContain(': heartbeat\n\n'));
  });

  it('brings a client that returns what it missed, and nothing twice', async () => {
    server.reads.publish(tick(1, { a: 1 }));
    await open();
    for (const seq of [2, 3, 4]) server.reads.publish(tick(seq, { a: seq }));
    const back = await open({ 'Last-Event-ID': '1-2' });
    await vi.waitFor(() => expect(back.ids()).toEqual(['1-3', '1-4']));
    expect(back.text()).not.toContain('event: snapshot');
    const upToDate = await open({ 'Last-Event-ID': '1-4' });
    server.reads.publish(tick(5, { a: 5 }));
    await vi.waitFor(() => expect(upToDate.ids()).toEqual(['1-5']));
  });

  it('brings a snapshot to a client that was away too long, or comes from another time', async () => {
    server.reads.publish(tick(1, { a: 1 }));
    await open();
    for (let seq = 2; seq <= 40; seq += 1) server.reads.publish(tick(seq, { a: seq }));
    for (const lastEventId of ['1-5', '9-9', 'nonsense']) {
      const back = await open({ 'Last-Event-ID': lastEventId });
      await vi.waitFor(() => expect(back.ids()).toEqual(['1-40']));
      expect(back.text()).toContain('event: snapshot');
      closers.pop()?.();
      await vi.waitFor(() => expect(server.app.eventClients()).toBe(1));
    }
  });

  it('sends everybody a snapshot when another leader takes over', async () => {
    const stream = await open();
    await vi.waitFor(() => expect(stream.ids()).toEqual(['1-1']));
    server.reads.publish(liveSnapshot({ epoch: 2, seq: 2 }));
    await vi.waitFor(() => expect(stream.ids()).toEqual(['1-1', '2-2']));
    expect(stream.text().match(/event: snapshot/g)).toHaveLength(2);
  });

  it('tells of a failed tick, which repeats the number of the last, also to a client that returns after it', async () => {
    const failed = {
      ...tick(1, { a: 1 }),
      status: { ...liveSnapshot().status, engine: { kind: 'redis', address: 'x', healthy: false } },
    };
    server.reads.publish(tick(1, { a: 1 }));
    const stream = await open();
    server.reads.publish(failed);
    await vi.waitFor(() => expect(stream.ids()).toEqual(['1-1', '1-1']));
    const back = await open({ 'Last-Event-ID': '1-1' });
    await vi.waitFor(() => expect(back.text()).toContain('"healthy":false'));
  });

  it('refuses a client too many, with the time to come back', async () => {
    for (let count = 0; count < 3; count += 1) await open();
    const response = await fetch(`${server.api}/events`, { headers: server.bearer() });
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('10');
    closers.pop()?.();
    await vi.waitFor(() => expect(server.app.eventClients()).toBe(2));
    await open();
  });

  it('drops a client that does not read, says why in the log, and serves the others', async () => {
    const { hostname, port, pathname } = new URL(`${server.api}/events`);
    const deaf = connect(Number(port), hostname);
    closers.push(() => deaf.destroy());
    deaf.pause();
    deaf.write(
      `GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: ${server.bearer().Authorization}\r\n\r\n`,
    );
    await vi.waitFor(() => expect(server.app.eventClients()).toBe(1));
    const reader = await open();
    // The kernel takes a few megabytes for a client that does not read; only then does it wait with us.
    const many = Array.from({ length: 2_000 }, (_, index) => `queue-${index}`);
    let seq = 1;
    await vi.waitFor(() => {
      seq += 1;
      server.reads.publish(tick(seq, Object.fromEntries(many.map((name) => [name, seq]))));
      expect(server.logged.join()).toContain('it reads too slowly');
    });
    expect(server.app.eventClients()).toBe(1);
    await vi.waitFor(() => expect(reader.ids().at(-1)).toBe(`1-${seq}`));
  });

  it('ends for a token that is revoked while it is open', async () => {
    const { token, info } = await server.auth.createToken({ name: 'watcher', role: 'admin' });
    const stream = await open(server.bearer(token));
    await server.auth.revokeToken(info.id);
    await stream.ended;
    expect(stream.text()).toContain('event: dropped\ndata: {"reason":"its session or token has ended"}');
    expect(server.logged.join()).toContain('its session or token has ended');
  });

  it('ends when the server closes, which does not wait for it', async () => {
    const stream = await open();
    await server.server.close(5_000);
    await stream.ended;
    expect(server.app.eventClients()).toBe(0);
  });

  it('works in a host that only knows requests and responses', async () => {
    const request = new Request('http://host/api/admin/queue-system/events', { headers: server.bearer() });
    const response = await server.app.fetch(request);
    const reader = response.body?.getReader();
    let text = '';
    while (!text.includes('event: snapshot')) text += new TextDecoder().decode((await reader?.read())?.value);
    expect(server.app.eventClients()).toBe(1);
    await reader?.cancel();
    expect(server.app.eventClients()).toBe(0);
  });
});

describe('topics', () => {
  const published = (stream: Opened) =>
    [...stream.text().matchAll(/^data: (\{"type".*)$/gm)].map(([, data = '']) => data);
  const named = (name: string) => JSON.stringify({ type: name });

  it('bring the events of those that were asked for, in their order, beside the snapshot', async () => {
    const [both, alone, none] = [
      await open({}, '?topics=snapshot,alerts'),
      await open({}, '?topics=workers'),
      await open(),
    ];
    await vi.waitFor(() => expect(server.topics.head).toBe(0));
    for (const type of ['alert.one', 'alert.two']) server.topics.publish('alerts', { type });
    server.topics.publish('workers', { type: 'worker.one' });
    server.topics.publish('operations', { type: 'operation.one' });
    await vi.waitFor(() => expect(published(both)).toEqual([named('alert.one'), named('alert.two')]));
    await vi.waitFor(() => expect(published(alone)).toEqual([named('worker.one')]));
    expect(both.text()).toContain('event: alerts\n');
    expect(both.text()).toContain('event: snapshot\n');
    expect(both.ids().filter((id) => id !== '1-1~')).toEqual(['1-1~0', '1-1~1', '1-1~2']);
    expect(alone.ids()).toEqual(['~0', '~3']);
    expect(none.ids()).toEqual(['1-1']);
  });

  it('resume after the last event, with the ticks and the messages that were missed', async () => {
    const first = await open({}, '?topics=snapshot,alerts');
    await vi.waitFor(() => expect(server.topics.head).toBe(0));
    server.topics.publish('alerts', { type: 'alert.one' });
    server.reads.publish(tick(1, { a: 0 }));
    await vi.waitFor(() => expect(first.ids().at(-1)).toBe('1-1~1'));
    closers.pop()?.();
    await vi.waitFor(() => expect(server.app.eventClients()).toBe(0));
    server.reads.publish(tick(2, { a: 1 }));
    for (const type of ['alert.two', 'alert.three']) server.topics.publish('alerts', { type });
    const back = await open({ 'Last-Event-ID': '1-1~1' }, '?topics=snapshot,alerts');
    await vi.waitFor(() => expect(published(back)).toEqual([named('alert.two'), named('alert.three')]));
    expect(back.text()).toContain('event: delta');
    expect(back.text()).not.toContain('event: snapshot');
    expect(back.ids().at(-1)).toBe('1-2~3');
  });

  it.each(['1-1~999', '1-1~0'])('say that messages are lost for good to who comes back at %s', async (lastEventId) => {
    // More than are kept, so that the first are no longer known.
    const watcher = await open({}, '?topics=alerts');
    await vi.waitFor(() => expect(server.topics.head).toBe(0));
    for (let count = 0; count < 30; count += 1) server.topics.publish('alerts', { type: `alert.${count}` });
    await vi.waitFor(() => expect(published(watcher)).toHaveLength(30));
    if (lastEventId === '1-1~0') await server.engine.records.prune('live.batches', server.clock.ms + 1);
    const other = await startTestServer({ engine: server.engine });
    closers.push(() => void other.close());
    const back = await open({ 'Last-Event-ID': lastEventId }, '?topics=alerts', other);
    for (let count = 30; count < 34; count += 1) {
      server.topics.publish('alerts', { type: `alert.${count}` });
      await vi.waitFor(() => expect(other.topics.head).toBe(count + 1));
    }
    await vi.waitFor(() => expect(back.text()).toContain('event: reset\ndata: {"topics":["alerts"]}'));
  });

  it('reach the clients of every control plane, in one order, and outlast an engine that was away', async () => {
    const other = await startTestServer({ engine: server.engine });
    closers.push(() => void other.close());
    const [here, there] = [await open({}, '?topics=alerts'), await open({}, '?topics=alerts', other)];
    await vi.waitFor(() => expect([server.topics.head, other.topics.head]).toEqual([0, 0]));
    server.engine.away = true;
    for (let count = 0; count < 25; count += 1) {
      (count % 2 ? server : other).topics.publish('alerts', { type: `alert.${count}` });
    }
    await vi.waitFor(() => expect(server.logged.join()).toContain('events cannot be published'));
    server.engine.away = false;
    await vi.waitFor(() => expect(published(here)).toHaveLength(25), { timeout: 5_000 });
    await vi.waitFor(() => expect(published(there)).toEqual(published(here)));
    const numbers = published(here).map((data) => Number(/\d+/.exec(data)?.[0]));
    for (const half of [0, 1]) {
      const ours = numbers.filter((number) => number % 2 === half);
      expect(ours).toEqual([...ours].sort((a, b) => a - b));
    }
  });

  it('of the audit log are for admins, and tell of what was done without its particulars', async () => {
    await server.auth.switchRoles({ operator: true, viewer: true });
    const { token } = await server.auth.createToken({ name: 'eve', role: 'operator' });
    const refused = await fetch(`${server.api}/events?topics=audit`, { headers: server.bearer(token) });
    expect(refused.status).toBe(403);
    const stream = await open({}, '?topics=audit');
    await vi.waitFor(() => expect(server.topics.head).not.toBeNull());
    publishEntries(server.topics, [
      {
        atMs: 0,
        actor: 'user:ada',
        role: 'admin',
        from: null,
        action: 'policy.update',
        target: 'queue:a',
        result: 'done',
        details: { before: 1 },
      },
    ]);
    await vi.waitFor(() => expect(published(stream)[0]).toContain('"action":"policy.update"'));
    expect(published(stream)[0]).not.toContain('before');
  });

  it.each(['?topics=', '?topics=weather', '?topics=alerts,,audit'])('are refused when unknown: %s', async (query) => {
    expect((await fetch(`${server.api}/events${query}`, { headers: server.bearer() })).status).toBe(400);
  });

  it('refuse an event that is too large, and say so in the log', async () => {
    server.topics.publish('alerts', { type: 'alert.huge', text: 'x'.repeat(20_000) });
    expect(server.logged.join()).toContain('too large');
  });
});

describe('the client of the event stream', () => {
  it('comes back by itself after the server was away, and asks for what it missed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const asked: (string | null)[] = [];
      const phases: string[] = [];
      const client = new QueueSystemApiClient({
        baseUrl: server.api,
        headers: server.bearer(),
        fetch: (input, init) => {
          asked.push(new Headers(init?.headers).get('last-event-id'));
          return fetch(input, init);
        },
      });
      const seen: number[] = [];
      const stream = client.openEvents({
        onSnapshot: ({ seq }) => seen.push(seq),
        onDelta: ({ seq }) => seen.push(seq),
        onState: ({ phase }) => phases.push(phase),
      });
      closers.push(() => stream.close());
      await vi.waitFor(() => expect(seen).toEqual([1]));
      server.server.close(0);
      await vi.waitFor(() => expect(phases.at(-1)).toBe('waiting'));
      // Waiting lets the timers run, so by now it may have asked more than once.
      await vi.waitFor(() => expect(asked.length).toBeGreaterThan(1));
      expect(new Set(asked.slice(1))).toEqual(new Set(['1-1']));
      expect(phases.slice(0, 4)).toEqual(['connecting', 'open', 'waiting', 'connecting']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('hears of topics between deltas without taking them for a gap, and comes back at the place of both', async () => {
    const asked: { path: string; id: string | null }[] = [];
    const client = new QueueSystemApiClient({
      baseUrl: server.api,
      headers: server.bearer(),
      fetch: (input, init) => {
        asked.push({ path: String(input).split('?')[1] ?? '', id: new Headers(init?.headers).get('last-event-id') });
        return fetch(input, init);
      },
    });
    const seen: string[] = [];
    const follow = (lastEventId?: string) => {
      const stream = client.openEvents({
        topics: ['snapshot', 'alerts', 'workers'],
        onSnapshot: ({ seq }) => seen.push(`snapshot ${seq}`),
        onDelta: ({ seq }) => seen.push(`delta ${seq}`),
        onTopic: (topic, { type }) => seen.push(`${topic} ${type}`),
        ...(lastEventId !== undefined && { lastEventId }),
      });
      closers.push(() => stream.close());
      return stream;
    };
    server.reads.publish(tick(1, { a: 1 }));
    const stream = follow();
    await vi.waitFor(() => expect(stream.lastEventId).toMatch(/^1-1~\d+$/));
    server.topics.publish('alerts', { type: 'alert.fired' });
    await vi.waitFor(() => expect(seen).toContain('alerts alert.fired'));
    server.topics.publish('audit', { type: 'audit.recorded' });
    server.reads.publish(tick(2, { a: 2 }));
    await vi.waitFor(() => expect(seen).toEqual(['snapshot 1', 'alerts alert.fired', 'delta 2']));
    const { lastEventId } = stream;
    stream.close();
    server.reads.publish(tick(3, { a: 3 }));
    server.topics.publish('workers', { type: 'worker.recycling' });
    follow(lastEventId);
    await vi.waitFor(() => expect(seen.slice(3)).toEqual(['delta 3', 'workers worker.recycling']));
    expect(asked).toEqual([
      { path: 'topics=snapshot%2Calerts%2Cworkers', id: null },
      { path: 'topics=snapshot%2Calerts%2Cworkers', id: lastEventId },
    ]);
  });

  it('stops for good when it is refused', async () => {
    const states: { phase: string; error?: { status: number } }[] = [];
    const client = new QueueSystemApiClient({ baseUrl: server.api });
    client.openEvents({ onSnapshot: vi.fn(), onDelta: vi.fn(), onState: (state) => states.push(state) });
    await vi.waitFor(() => expect(states.at(-1)).toMatchObject({ phase: 'closed', error: { status: 401 } }));
  });
});
