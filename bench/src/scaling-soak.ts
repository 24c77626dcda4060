/**
 * Twelve queues under mixed load on a memory budget, with real workers: is the budget kept, do
 * counts flap, was any job lost or run twice, and has every stored decision the same answer
 * again? `npm run soak -- scaling [minutes] [redis|postgres] [seed]`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { apiBasePath, type ScalingDecision, type WorkerMemorySummary } from '@drover/contract';
import { openEngine, openQueues } from '@drover/engines';
import { startPostgres } from '@drover/testkit';
import { freePort, startBenchRedis } from './redis-server.js';
import { round, writeResult } from './result.js';
import { judgeDecisions } from './soak-scaling/decisions.js';
import { arrivalsOf, soakQueues } from './soak-scaling/loads.js';

const BUDGET_MB = 2_600;
const LOOK_EVERY_S = 5;
/** Sums of reports are a few seconds apart. */
const SETTLE_S = 180;

const minutes = Number(process.argv[2] ?? 30);
const engineKind = process.argv[3] ?? 'redis';
const seed = Number(process.argv[4] ?? 1);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'drover-scaling-'));
chmodSync(folder, 0o755);
const runsFile = join(folder, 'runs.log');
const server = engineKind === 'postgres' ? await startPostgres() : await startBenchRedis();
const token = randomBytes(24).toString('hex');
const port = await freePort();

writeFileSync(runsFile, '');
writeFileSync(
  join(folder, 'work.mjs'),
  `import { appendFileSync } from 'node:fs';
   export default async (job) => {
     const waitMs = job.processedOn - job.timestamp;
     appendFileSync(${JSON.stringify(runsFile)}, job.queueName + ' ' + job.id + ' ' + waitMs + '\\n');
     await new Promise((resolve) => setTimeout(resolve, job.data.ms));
   };`,
);
const queues = Object.fromEntries(
  soakQueues.map(({ name, minWorkers, maxWorkers, priority }) => {
    const memory = { softLimitMB: 192, hardLimitMB: 256 };
    return [name, { processor: './work.mjs', minWorkers, maxWorkers, priority, memory }];
  }),
);
writeFileSync(
  join(folder, 'drover.config.mjs'),
  `export default ${JSON.stringify({ workerBudgetMB: BUDGET_MB, queues })};`,
);
const drover: ChildProcess = spawn(process.execPath, [join(root, 'packages/drover/bin/drover.js'), 'start'], {
  cwd: folder,
  env: { ...process.env, DROVER_ENGINE: server.url, DROVER_API_TOKEN: token, PORT: String(port) },
  stdio: 'ignore',
});

async function call<T>(path: string, init: RequestInit = {}): Promise<T> {
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const reply = await fetch(`http://127.0.0.1:${port}${apiBasePath}${path}`, {
    ...init,
    headers,
    signal: AbortSignal.timeout(10_000),
  });
  if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
  return (await reply.json()) as T;
}

interface Look {
  readonly second: number;
  readonly rssMB: number;
  readonly workers: Readonly<Record<string, number>>;
}
const looks: Look[] = [];
const added = new Map<string, number>();

async function look(second: number): Promise<void> {
  const { workers } = await call<WorkerMemorySummary>('/workers/memory');
  const live = workers.filter(({ state }) => state === 'ready' || state === 'draining');
  const counts: Record<string, number> = {};
  for (const { queueName } of live) counts[queueName] = (counts[queueName] ?? 0) + 1;
  looks.push({ second, rssMB: live.reduce((sum, each) => sum + each.lastMemoryCheck.rss, 0), workers: counts });
}

interface Runs {
  readonly ran: number;
  readonly twice: number;
  readonly overObjective: Readonly<Record<string, number>>;
}

async function readRuns(): Promise<Runs> {
  const seen = new Set<string>();
  const counts = new Map<string, { jobs: number; over: number }>();
  let ran = 0;
  for await (const line of createInterface({ input: createReadStream(runsFile) })) {
    const [queueName = '', id = '', waitMs = '0'] = line.split(' ');
    ran++;
    seen.add(`${queueName} ${id}`);
    const count = counts.get(queueName) ?? { jobs: 0, over: 0 };
    const objectiveMs = soakQueues.find(({ name }) => name === queueName)?.objectiveMs ?? 0;
    counts.set(queueName, { jobs: count.jobs + 1, over: count.over + (Number(waitMs) > objectiveMs ? 1 : 0) });
  }
  const shares = [...counts].map(([name, { jobs, over }]) => [name, round((100 * over) / jobs)]);
  return { ran, twice: ran - seen.size, overObjective: Object.fromEntries(shares) };
}

try {
  const deadlineMs = performance.now() + 60_000;
  while (performance.now() < deadlineMs && (await call('/dashboard').catch(() => null)) === null) await pause(500);
  for (const { name, objectiveMs } of soakQueues) {
    const body = JSON.stringify({ objective: { waitMs: objectiveMs } });
    await call(`/scaling/policies/${name}`, { method: 'PATCH', body });
  }
  const connection = await openQueues(server.url);
  const startedAtMs = performance.now();
  for (let second = 0; second < minutes * 60; second++) {
    const bulks = soakQueues.map(async (queue) => {
      const jobs = arrivalsOf(queue, second, seed);
      if (jobs === 0) return;
      added.set(queue.name, (added.get(queue.name) ?? 0) + jobs);
      const data = { ms: queue.serviceMs };
      await connection.queue(queue.name).addBulk(Array.from({ length: jobs }, () => ({ name: 'job', data })));
    });
    await Promise.all(bulks);
    if (second % LOOK_EVERY_S === 0) await look(second);
    await pause(Math.max(0, startedAtMs + (second + 1) * 1_000 - performance.now()));
  }
  const sent = [...added.values()].reduce((sum, jobs) => sum + jobs, 0);
  for (let second = 0; second < SETTLE_S && (await readRuns()).ran < sent; second++) await pause(1_000);
  await pause(2 * LOOK_EVERY_S * 1_000);
  const preview = await call<ScalingDecision>(`/scaling/decision/${soakQueues[0]?.name}`);
  const engine = await openEngine(server.url);
  const decisions = await judgeDecisions(
    engine,
    soakQueues.map(({ name }) => name),
  );
  await engine.close();
  await connection.close();
  const runs = await readRuns();
  const flips = Object.values(decisions.flips).reduce((sum, each) => sum + each, 0);
  const worstFlips = Math.max(...Object.values(decisions.flips));
  writeResult(
    `scaling-soak-${engineKind}`,
    [
      { name: 'jobs lost', value: sent - (runs.ran - runs.twice), limit: 0, is: 'atMost' },
      { name: 'jobs run twice', value: runs.twice, limit: 0, is: 'atMost' },
      {
        name: 'most memory of all workers, of the budget',
        value: Math.max(...looks.map(({ rssMB }) => rssMB)) / BUDGET_MB,
        limit: 1,
        is: 'atMost',
      },
      { name: 'stored decisions that come out differently', value: decisions.differing.length, limit: 0, is: 'atMost' },
      { name: 'flips an hour of the queue with the most', value: (worstFlips * 60) / minutes, limit: 30, is: 'atMost' },
    ],
    { minutes, engineKind, seed, sent, runs, flips, decisions, lastDecision: preview.reason, looks },
  );
} finally {
  drover.kill('SIGTERM');
  await Promise.race([once(drover, 'exit'), pause(60_000)]);
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
