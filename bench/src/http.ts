import autocannon from 'autocannon';
import { type ServerUnderTest, startServer } from './http/start-server.js';
import { startBenchRedis } from './redis-server.js';
import { median, spread, writeResult } from './result.js';

/**
 * What it costs to answer dashboards of 1,000 queues: against Node's own server with the
 * same bytes in its hand, and against a poll of Bull Board.
 */
const QUEUES = 1_000;
const ROUNDS = 7;
const SECONDS = 3;
const api = '/api/admin/queue-system';

const drover = await startServer('drover', { queues: QUEUES, changed: QUEUES });
const raw = await startServer('raw', { queues: QUEUES });
try {
  const rounds: { drover: number; raw: number; droverP50Ms: number }[] = [];
  await hammer(drover, 1);
  await hammer(raw, 1);
  for (let round = 0; round < ROUNDS; round++) {
    const ours = await hammer(drover, SECONDS);
    const theirs = await hammer(raw, SECONDS);
    rounds.push({ drover: ours.perSecond, raw: theirs.perSecond, droverP50Ms: ours.p50Ms });
  }
  const dashboards = await watch(drover, 50, 30);
  // The same load on Node's own server: what of the latency is this machine's.
  const floor = await watch(raw, 50, 30);
  const alone = await pollAlone(drover, `${api}/queues/health`, 50);
  const boards = await pollBullBoard();
  writeResult(
    'http',
    [
      {
        name: 'overview of 1,000 queues, requests a second, of raw Node',
        value: median(rounds.map((round) => round.drover / round.raw)),
        limit: 0.5,
        is: 'atLeast',
      },
      {
        name: "one poll, of Bull Board's",
        value: median(alone) / median(boards),
        limit: 0.05,
        is: 'atMost',
      },
      { name: '50 dashboards, p99, ms', value: dashboards.p99Ms, limit: 50, is: 'atMost' },
      { name: '50 dashboards, of a core', value: dashboards.coreShare, limit: 0.1, is: 'atMost' },
    ],
    {
      queues: QUEUES,
      requestsPerSecond: { drover: spread(rounds.map((r) => r.drover)), raw: spread(rounds.map((r) => r.raw)) },
      pollMs: { drover: spread(alone), bullBoard: spread(boards) },
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
  const perMinute = { '/dashboard': 12, '/health': 6, '/queues/health': 6, '/workers/memory': 4, '/memory/current': 6 };
  const requests = Object.entries(perMinute).flatMap(([path, times]) =>
    Array.from({ length: times }, () => ({ path: `${api}${path}` })),
  );
  let seq = 2;
  const before = await server.usage();
  const ticking = setInterval(() => void server.usage(seq++), 5_000);
  const result = await autocannon({
    url: server.url,
    connections: dashboards,
    duration: seconds,
    overallRate: Math.round((dashboards * requests.length) / 60),
    headers: { 'Accept-Encoding': 'gzip', Cookie: server.cookie },
    requests,
  });
  clearInterval(ticking);
  const after = await server.usage();
  return {
    dashboards,
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    coreShare: (after.cpuMs - before.cpuMs) / (seconds * 1_000),
  };
}

async function pollAlone(server: ServerUnderTest, path: string, times: number): Promise<number[]> {
  const spans: number[] = [];
  for (let poll = 0; poll < times; poll++) {
    const startedAt = performance.now();
    const response = await fetch(`${server.url}${path}`, { headers: { Cookie: server.cookie } });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    spans.push(performance.now() - startedAt);
  }
  // The first opens the connection.
  return spans.slice(1);
}

async function pollBullBoard(): Promise<number[]> {
  const redis = await startBenchRedis();
  const board = await startServer('bull-board', { queues: QUEUES, redisUrl: redis.url });
  try {
    return await pollAlone(board, '/board/api/queues?page=1&jobsPerPage=10', 10);
  } finally {
    await board.stop();
    await redis.stop();
  }
}
