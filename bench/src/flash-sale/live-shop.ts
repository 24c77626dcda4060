import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { apiBasePath } from '@drover/contract';
import { freePort, startBenchRedis } from '../redis-server.js';

export interface SaleQueue {
  readonly name: string;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  readonly concurrency: number;
  readonly serviceMs: number;
  /** Jobs per second on a usual day. */
  readonly rate: number;
}

export interface Run {
  readonly queueName: string;
  readonly id: string;
  readonly waitMs: number;
}

/** Two control planes with real worker processes on a Redis of their own, on this machine. */
export interface LiveShop {
  readonly redisUrl: string;
  call<T>(path: string, init?: RequestInit): Promise<T>;
  /** Kills the process that decides, -9. */
  killLeader(): Promise<void>;
  /** Every run that a worker began. */
  runs(): Run[];
  /** Of the workers of a queue, as the supervisors measured them. */
  startUpsMs(queueName: string): number[];
  stop(): Promise<void>;
}

interface Plane {
  readonly child: ChildProcess;
  readonly port: number;
  output: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const READY_MS = 60_000;
const STOP_MS = 30_000;

export async function startLiveShop(queues: readonly SaleQueue[], token: string): Promise<LiveShop> {
  const folder = mkdtempSync(join(tmpdir(), 'drover-sale-'));
  chmodSync(folder, 0o755);
  const redis = await startBenchRedis();
  const runsFile = join(folder, 'runs.log');
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
  const configured = queues.map(({ name, minWorkers, maxWorkers, concurrency }) => {
    return [name, { processor: './work.mjs', minWorkers, maxWorkers, concurrency }];
  });
  writeFileSync(
    join(folder, 'drover.config.mjs'),
    `export default ${JSON.stringify({ queues: Object.fromEntries(configured) })};`,
  );
  const planes: Plane[] = [];
  const living = () => planes.filter(({ child }) => child.exitCode === null && child.signalCode === null);

  async function callOn<T>(port: number, path: string, init: RequestInit = {}): Promise<T> {
    const reply = await fetch(`http://127.0.0.1:${port}${apiBasePath}${path}`, {
      ...init,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      signal: AbortSignal.timeout(10_000),
    });
    if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
    return (await reply.json()) as T;
  }

  async function stop(): Promise<void> {
    const left = living();
    for (const { child } of left) child.kill('SIGTERM');
    await Promise.race([
      Promise.all(left.map(({ child }) => once(child, 'exit'))),
      pause(STOP_MS, undefined, { ref: false }),
    ]);
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    for (let count = 0; count < 2; count++) {
      const port = await freePort();
      const child = spawn(process.execPath, [join(root, 'packages/drover/bin/drover.js'), 'start'], {
        cwd: folder,
        env: { ...process.env, DROVER_ENGINE: redis.url, DROVER_API_TOKEN: token, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const plane: Plane = { child, port, output: '' };
      const take = (chunk: unknown) => {
        plane.output += String(chunk);
      };
      child.stdout.on('data', take);
      child.stderr.on('data', take);
      planes.push(plane);
      const deadlineMs = performance.now() + READY_MS;
      while ((await callOn(port, '/dashboard').catch(() => null)) === null) {
        if (performance.now() > deadlineMs) throw new Error(`drover did not start:\n${plane.output.slice(-2_000)}`);
        await pause(250);
      }
    }
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    redisUrl: redis.url,
    call: <T>(path: string, init?: RequestInit) => callOn<T>(living()[0]?.port ?? 0, path, init),
    async killLeader() {
      for (const { child, port } of living()) {
        const { leader, instanceId } = await callOn<{ leader: string; instanceId: string }>(port, '/status');
        if (leader !== instanceId) continue;
        child.kill('SIGKILL');
        return;
      }
      throw new Error('no control plane leads');
    },
    runs: () =>
      readFileSync(runsFile, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const [queueName = '', id = '', waitMs = '0'] = line.split(' ');
          return { queueName, id, waitMs: Number(waitMs) };
        }),
    startUpsMs: (queueName) =>
      planes
        .flatMap(({ output }) => output.split('\n'))
        .filter((line) => line.includes('worker ready') && line.includes(queueName))
        .flatMap((line) => {
          const told = /startUpMs\D+(\d+)/.exec(line)?.[1];
          return told === undefined ? [] : [Number(told)];
        }),
    stop,
  };
}
