import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerKind, startServer } from './http/start-server.js';
import { median, spread, writeResult } from './result.js';

/** What 1,000 open event streams of about 5 KB a second cost, against Node's own server writing one buffer. */
const CLIENTS = 1_000;
const CHANGED = 4;
const ROUNDS = 7;
const TICKS = 10;

const rounds: { drover: Stream; raw: Stream }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  rounds.push({ drover: await run('drover'), raw: await run('raw') });
}
writeResult(
  'sse',
  [
    {
      name: 'CPU of 1,000 clients, of raw Node',
      value: median(rounds.map(({ drover, raw }) => drover.cpuMs / raw.cpuMs)),
      limit: 2.5,
      is: 'atMost',
    },
    {
      name: 'KB of memory a client',
      value: median(rounds.map(({ drover }) => drover.kbPerClient)),
      limit: 100,
      is: 'atMost',
    },
  ],
  {
    clients: CLIENTS,
    ticks: TICKS,
    bytesPerTickAndClient: median(rounds.map(({ drover }) => drover.bytesPerTick)),
    cpuMs: { drover: spread(rounds.map((r) => r.drover.cpuMs)), raw: spread(rounds.map((r) => r.raw.cpuMs)) },
    kbPerClient: {
      drover: spread(rounds.map((r) => r.drover.kbPerClient)),
      raw: spread(rounds.map((r) => r.raw.kbPerClient)),
    },
  },
);

interface Stream {
  readonly cpuMs: number;
  readonly kbPerClient: number;
  readonly bytesPerTick: number;
}

async function run(kind: ServerKind): Promise<Stream> {
  const server = await startServer(kind, { queues: 100, changed: CHANGED });
  try {
    let received = 0;
    const empty = await server.usage();
    const clients = await Promise.all(
      Array.from({ length: CLIENTS }, () =>
        connect(`${server.url}/api/admin/queue-system/events`, server.cookie, (bytes) => {
          received += bytes;
        }),
      ),
    );
    await server.usage(2);
    await sleep(2_000);
    const before = await server.usage();
    received = 0;
    for (let tick = 0; tick < TICKS; tick++) {
      await server.usage(3 + tick);
      await sleep(1_000);
    }
    const after = await server.usage();
    for (const client of clients) client.destroy();
    return {
      cpuMs: after.cpuMs - before.cpuMs,
      kbPerClient: (after.rssBytes - empty.rssBytes) / 1_024 / CLIENTS,
      bytesPerTick: Math.round(received / TICKS / CLIENTS),
    };
  } finally {
    await server.stop();
  }
}

function connect(url: string, cookie: string, onBytes: (bytes: number) => void): Promise<{ destroy(): void }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { agent: false, headers: { Cookie: cookie, Accept: 'text/event-stream' } },
      (response) => {
        if (response.statusCode !== 200) reject(new Error(`refused with ${response.statusCode}`));
        response.on('data', (chunk: Buffer) => onBytes(chunk.length));
        response.on('error', () => undefined);
        resolve({ destroy: () => outgoing.destroy() });
      },
    );
    outgoing.on('error', reject);
    outgoing.end();
  });
}
