/**
 * An hour of the shop on the embedded engine: every trouble it can make, a worker killed -9
 * every two minutes, PostgreSQL killed once. `npm run soak -- shop [minutes]`.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { apiBasePath, type DashboardSummaryResponse } from '@drover/contract';
import { freePort } from './redis-server.js';
import { round, writeResult } from './result.js';

const LOOK_EVERY_MS = 30_000;
const LOOKS_PER_KILL = 4;
/** When, as a share of the time, which trouble starts; the last tenth is for mending. */
const troubles: readonly (readonly [number, string])[] = [
  [0.06, 'flash-sale'],
  [0.15, 'break payments'],
  [0.26, 'leak assets'],
  [0.4, 'fail email'],
  [0.46, 'slow search'],
  [0.56, 'block tax'],
  [0.66, 'flash-sale'],
  [0.73, 'slow payments'],
  [0.87, 'fix all'],
];
const POSTGRES_DIES_AT = 0.2;

const minutes = Number(process.argv[2] ?? 60);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'drover-hour-'));
const token = randomBytes(24).toString('hex');
const port = await freePort();
const env = {
  ...process.env,
  PORT: String(port),
  DROVER_API_TOKEN: token,
  DROVER_DATA_DIR: join(folder, 'drover'),
  SHOP_DATA_DIR: join(folder, 'shop'),
};
const shop: ChildProcess = spawn(process.execPath, [join(root, 'examples/shop/dist/start.js')], {
  cwd: folder,
  env,
  stdio: ['ignore', 'ignore', 'inherit'],
});

interface Look {
  readonly minute: number;
  readonly critical: number;
  readonly warning: number;
  readonly perMinute: number;
  readonly waiting: number;
  readonly controlPlaneMB: number;
}
const looks: Look[] = [];
let refusals = 0;
let kills = 0;

try {
  const startedAtMs = performance.now();
  const spanMs = minutes * 60_000;
  const due = [...troubles];
  let postgresLives = true;
  for (let turn = 1; performance.now() - startedAtMs < spanMs; turn++) {
    await pause(LOOK_EVERY_MS);
    const share = (performance.now() - startedAtMs) / spanMs;
    while (due[0] !== undefined && due[0][0] <= share) trouble(due.shift()?.[1] ?? '');
    if (postgresLives && share >= POSTGRES_DIES_AT) {
      postgresLives = false;
      process.kill(firstPid('/bin/postgres -D'), 'SIGKILL');
      continue;
    }
    if (turn % LOOKS_PER_KILL === 0 && share < 0.9) killOneWorker();
    await look((performance.now() - startedAtMs) / 60_000);
  }
} finally {
  const ended = shop.exitCode === null ? once(shop, 'exit') : Promise.resolve();
  shop.kill('SIGTERM');
  await ended;
  report(pidsOf('').length);
  rmSync(folder, { recursive: true, force: true });
}

async function look(minute: number): Promise<void> {
  try {
    const summary = await dashboard();
    looks.push({
      minute: round(minute),
      critical: summary.criticalQueues,
      warning: summary.warningQueues,
      perMinute: Math.round(summary.avgJobsPerMinute),
      waiting: summary.totalWaiting,
      controlPlaneMB: rssMB(firstPid('drover.js start')),
    });
  } catch (error) {
    refusals += 1;
    console.error(error);
  }
}

async function dashboard(): Promise<DashboardSummaryResponse> {
  const reply = await fetch(`http://127.0.0.1:${port}${apiBasePath}/dashboard`, {
    headers: { Authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(15_000),
  });
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()) as DashboardSummaryResponse;
}

function trouble(words: string): void {
  spawn(process.execPath, [join(root, 'examples/shop/dist/shop.js'), ...words.split(' ')], { env, stdio: 'ignore' });
}

function killOneWorker(): void {
  const pids = pidsOf('drover-worker.js');
  const pid = pids[Math.floor(Math.random() * pids.length)];
  if (pid === undefined) return;
  process.kill(pid, 'SIGKILL');
  kills += 1;
}

/** Processes of this run: only they have its folder in their environment. */
function pidsOf(words: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args=', 'e', '-ww'], { encoding: 'utf8', maxBuffer: 2 ** 26 }).split(
    '\n',
  );
  const ours = lines.filter((line) => line.includes(folder) && line.includes(words));
  return ours.map((line) => Number.parseInt(line, 10)).filter((pid) => pid !== process.pid);
}

function firstPid(words: string): number {
  const [pid] = pidsOf(words);
  if (pid === undefined) throw new Error(`no process of this run is called ${words}`);
  return pid;
}

function rssMB(pid: number): number {
  const kB = execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Math.round(Number(kB) / 1_024);
}

function report(left: number): void {
  const last = looks.at(-1);
  const settled = looks.slice(Math.floor(looks.length / 4));
  const first = settled[0]?.controlPlaneMB ?? Number.NaN;
  writeResult(
    'shop-hour',
    [
      { name: 'minutes', value: minutes, limit: 60, is: 'atLeast' },
      { name: 'replies that failed, the engine being there', value: refusals, limit: 0, is: 'atMost' },
      { name: 'workers killed', value: kills, limit: Math.floor(minutes * 0.4), is: 'atLeast' },
      { name: 'critical queues at the end', value: last?.critical ?? Number.NaN, limit: 0, is: 'atMost' },
      {
        name: 'control plane memory at the end, of its first quarter',
        value: (last?.controlPlaneMB ?? Number.NaN) / first,
        limit: 1.15,
        is: 'atMost',
      },
      { name: 'processes left behind', value: left, limit: 0, is: 'atMost' },
    ],
    { troubles, kills, looks },
  );
}
