import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { HonoAdapter } from '@bull-board/hono';
import type { LiveSnapshot } from '@drover/contract';
import { createApp, createAuth, SettingsCache, serve } from '@drover/control-plane';
import { serve as serveHono } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import { Queue } from 'bullmq';
import { Hono } from 'hono';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { benchSnapshot } from './bench-snapshot.js';
import { MemorySettings, noServices, noTrail } from './memory-stores.js';

/** One server under test, in a process of its own, so that its CPU time is its own. */
const [kind = '', queueCount = '1000', changed = '0', redisUrl = ''] = process.argv.slice(2);

interface Served {
  readonly url: string;
  /** Cookie that the load must send. */
  readonly cookie: string;
  tick(seq: number): void;
}

const servers: Record<string, () => Promise<Served>> = { drover, raw, 'bull-board': bullBoard };
const served = await servers[kind]?.();
if (!served) throw new Error(`No server "${kind}".`);
process.send?.({ url: served.url, cookie: served.cookie });
process.on('message', (message: { tick?: number }) => {
  if (message.tick !== undefined) served.tick(message.tick);
  const { user, system } = process.cpuUsage();
  process.send?.({ cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() });
});

async function drover(): Promise<Served> {
  let snapshot = benchSnapshot(1, Number(queueCount), Number(changed));
  const listeners = new Set<(snapshot: LiveSnapshot) => void>();
  const settings = new SettingsCache({ settings: new MemorySettings() });
  await settings.refresh();
  const clock = { nowMs: () => Date.now(), monotonicMs: () => performance.now() };
  const auth = await createAuth({ settings, audit: noTrail, clock });
  const { email, generatedPassword = '' } = await auth.ensureFirstAdmin();
  const { cookie } = await auth.signIn({ email, password: generatedPassword, address: null });
  const unasked = () => Promise.reject(new Error('The benchmark asks no engine.'));
  const app = createApp({
    services: noServices,
    auth,
    log: pino({ level: 'error' }),
    reads: {
      current: () => snapshot,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      status: () => snapshot.status,
      published: () => null,
      history: unasked,
      executionStats: unasked,
      trends: unasked,
    },
  });
  const { url } = await serve(app, { port: 0 });
  return {
    url,
    cookie: `drover-${new URL(url).port}.session-token=${cookie}`,
    tick(seq) {
      snapshot = benchSnapshot(seq, Number(queueCount), Number(changed));
      for (const listener of listeners) listener(snapshot);
    },
  };
}

/** The floor: Node's own server, the same bytes, no identity, no routes. */
async function raw(): Promise<Served> {
  const body = gzipSync(JSON.stringify(benchSnapshot(1, Number(queueCount), 0).queues), { level: 4 });
  const streams = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    if (request.url?.endsWith('/events')) {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.flushHeaders();
      streams.add(response);
      response.on('close', () => streams.delete(response));
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
      'Content-Length': body.length,
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cookie: '',
    tick(seq) {
      const { queues, ...rest } = benchSnapshot(seq, Number(changed), Number(changed));
      const frame = Buffer.from(
        `id: 1-${seq}\nevent: delta\ndata: ${JSON.stringify({ ...rest, changedQueues: queues })}\n\n`,
      );
      for (const stream of streams) stream.write(frame);
    },
  };
}

/** Its adapter brings a copy of the API's types of its own, which TypeScript takes for others. */
type BoardAdapter = Parameters<typeof createBullBoard>[0]['serverAdapter'];

/** Bull Board over one shared connection, which is its best case. */
async function bullBoard(): Promise<Served> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const names = benchSnapshot(1, Number(queueCount), 0).queues.map(({ queueName }) => queueName);
  const queues = names.map((name) => new Queue(name, { connection }));
  for (const queue of queues) await queue.add('job', {});
  const adapter = new HonoAdapter(serveStatic).setBasePath('/board');
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter as unknown as BoardAdapter,
  });
  const app = new Hono().route('/board', adapter.registerPlugin());
  const url = await new Promise<string>((resolve) => {
    serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(`http://127.0.0.1:${port}`));
  });
  return { url, cookie: '', tick: () => undefined };
}
