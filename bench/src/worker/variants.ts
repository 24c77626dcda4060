import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { spawnWorkerProcess } from '@drover/worker/process';

/** bare: BullMQ alone. dropIn: our class in the same program. process: `drover worker`. */
export const variants = ['bare', 'dropIn', 'process'] as const;
export type Variant = (typeof variants)[number];

export interface WorkerSettings {
  readonly queueName: string;
  readonly port: number;
  readonly concurrency: number;
}

export interface Measured {
  readonly jobsPerSecond: number;
  readonly cpuUsPerJob: number;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** One worker process of a variant, and what it cost to get it ready. */
export class BenchWorker {
  private readonly child: ChildProcess;
  private readonly startedAtMs = performance.now();

  constructor(variant: Variant, settings: WorkerSettings) {
    this.child = variant === 'process' ? ours(settings) : plain(variant, settings);
    // A full pipe would stop it.
    this.child.stdout?.resume();
    this.child.stderr?.pipe(process.stderr);
  }

  /** Resolves with the time from spawn to BullMQ's `ready`, in ms. */
  async ready(): Promise<number> {
    await this.message('ready');
    return performance.now() - this.startedAtMs;
  }

  async measured(): Promise<Measured> {
    return (await this.message('measured')) as unknown as Measured;
  }

  /** Resident memory, by the kernel. */
  rssMB(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  }

  async end(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }

  private message(type: string): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.child.on('message', (message: Record<string, unknown>) => {
        if (message.type === type) resolve(message);
      });
      this.child.once('exit', (code) => reject(new Error(`worker ended with code ${code} before it was ${type}`)));
    });
  }
}

function plain(variant: 'bare' | 'dropIn', { queueName, port, concurrency }: WorkerSettings): ChildProcess {
  const connection = { host: '127.0.0.1', port };
  const settings = { queueName, connection, concurrency, processorFile: here('processor.mjs') };
  return fork(here(variant === 'bare' ? 'bare.cjs' : 'drop-in.cjs'), [], {
    env: { ...process.env, BENCH_WORKER: JSON.stringify(settings) },
    // Without the loaders that this benchmark itself runs with.
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

function ours({ queueName, port, concurrency }: WorkerSettings): ChildProcess {
  return spawnWorkerProcess({
    queueName,
    workerId: queueName,
    engine: { kind: 'redis', connection: { host: '127.0.0.1', port } },
    processorFile: here('processor.mjs'),
    concurrency,
    worker: { removeOnComplete: { count: 1000 } },
  });
}
