import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { type ServerUnderTest, startServer } from './http/start-server.js';
import { startBenchRedis } from './redis-server.js';
import { median, round, spread, writeResult } from './result.js';

/**
 * What it costs to answer dashboards of 1,000 queues: against Node's own server with the
 * same bytes in its hand, and against a poll of Bull Board.
 */
const QUEUES = 1_000;
const ROUNDS = 7;
const SECONDS = 3;
/** The guide's polling intervals. */
const intervalsMs = {
  '/dashboard': 5_000,
  '/health': 10_000,
  '/queues/health': 10_000,
  '/workers/memory': 15_000,
  '/memory/current': 10_000,
};
const api = '/api/admin/queue-system';

const drover = await startServer('drover', { queues: QUEUES, changed: QUEUES });
const raw = await startServer('raw', { queues: QUEUES });
try {
  const rounds: { drover: number; raw: number; droverP50Ms: number }[] = [];
  await hammer(drover, 1);
  await hammer(raw, 1);
  for (let turn = 0; turn < ROUNDS; turn++) {
    const ours = await hammer(drover, SECONDS);
    const theirs = await hammer(raw, SECONDS);
    rounds.push({ drover: ours.perSecond, raw: theirs.perSecond, droverP50Ms: ours.p50Ms });
  }
  const dashboards = await watch(drover, 50, 30);
  // The same load on Node's own server: what of the latency is this machine's.
  const floor = await watch(raw, 50, 30);
  const polls = await pollInTurn();
  writeResult(
    'http',
    [
      {
        name: 'overview of 1,000 queues, requests a second, of raw Node',
        value: median(rounds.map((turn) => turn.drover / turn.raw)),
        limit: 0.5,
        is: 'atLeast',
      },
      {
        name: "one poll, of Bull Board's",
        value: median(polls.map((turn) => turn.drover / turn.bullBoard)),
        limit: 0.05,
        is: 'atMost',
      },
      { name: '50 dashboards, p99, ms', value: dashboards.p99Ms, limit: 50, is: 'atMost' },
      { name: '50 dashboards, of a core', value: dashboards.coreShare, limit: 0.1, is: 'atMost' },
    ],
    {
      queues: QUEUES,
      requestsPerSecond: { drover: spread(rounds.map((r) => r.drover)), raw: spread(rounds.map((r) => r.raw)) },
      pollMs: { drover: spread(polls.map((p) => p.drover)), bullBoard: spread(polls.map((p) => p.bullBoard)) },
      dashboards,
      floor,
    },
  );
} finally {
  await Promise.all([drover.stop(), raw.stop()]);
}

async function hammer(server: ServerUnderTest, seconds: number): Promise<{ perSecond: number; p50Ms: number }> {
  const result = await autocannon({
    url: `${server.url}${api}/queues/health`,
    connections: 10,
    duration: seconds,
    headers: { 'Accept-Encoding': 'gzip', Cookie: server.cookie },
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refused, ${result.errors} failed`);
  return { perSecond: result.requests.average, p50Ms: result.latency.p50 };
}

/** Dashboards that poll at the guide's intervals while a new snapshot comes every 5 s. */
async function watch(server: ServerUnderTest, dashboards: number, seconds: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: dashboards });
  const spans: number[] = [];
  const polls: Promise<void>[] = [];
  const poll = async (path: string): Promise<void> => {
    spans.push(await timeGet(`${server.url}${api}${path}`, server.cookie, agent));
  };
  let seq = 2;
  const before = await server.usage();
  const timers = [setInterval(() => void server.usage(seq++), 5_000)];
  for (let dashboard = 0; dashboard < dashboards; dashboard++) {
    for (const [path, everyMs] of Object.entries(intervalsMs)) {
      // Opened at different moments, as people do.
      const start = setTimeout(
        () => timers.push(setInterval(() => polls.push(poll(path)), everyMs)),
        (everyMs * dashboard) / dashboards,
      );
      timers.push(start);
    }
  }
  await sleep(seconds * 1_000);
  for (const timer of timers) clearInterval(timer);
  const after = await server.usage();
  await Promise.all(polls);
  agent.destroy();
  spans.sort((one, other) => one - other);
  return {
    dashboards,
    requests: spans.length,
    p50Ms: round(median(spans)),
    p99Ms: round(spans[Math.floor(spans.length * 0.99)] ?? Number.NaN),
    coreShare: round((after.cpuMs - before.cpuMs) / (seconds * 1_000)),
  };
}

function timeGet(url: string, cookie: string, agent: Agent): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { Cookie: cookie, 'Accept-Encoding': 'gzip' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url}: ${response.statusCode}`));
      response.resume().on('end', () => resolve(performance.now() - startedAt));
    }).on('error', reject);
  });
}

/** One poll at a time, in turn: what a single dashboard waits for, until the last byte. */
async function pollInTurn(): Promise<{ drover: number; bullBoard: number }[]> {
  const redis = await startBenchRedis();
  const board = await startServer('bull-board', { queues: QUEUES, redisUrl: redis.url });
  const agent = new Agent({ keepAlive: true });
  const turns: { drover: number; bullBoard: number }[] = [];
  try {
    for (let turn = 0; turn < 15; turn++) {
      turns.push({
        drover: await timeGet(`${drover.url}${api}/queues/health`, drover.cookie, agent),
        bullBoard: await timeGet(`${board.url}/board/api/queues?page=1&jobsPerPage=10`, '', agent),
      });
    }
  } finally {
    agent.destroy();
    await board.stop();
    await redis.stop();
  }
  // The first opens connections and fills caches.
  return turns.slice(1);
}
