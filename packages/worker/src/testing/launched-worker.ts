import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { WorkerToSupervisor } from '@drover/core';
import { type SpawnOptions, spawnWorkerProcess } from '../process/spawn-worker-process.js';
import { SPEC_VARIABLE, type WorkerProcessSpec } from '../process/worker-process-spec.js';

export const scriptedProcessor = fileURLToPath(new URL('./scripted-processor.mjs', import.meta.url));

export interface LaunchOptions extends SpawnOptions {
  /** As a container starts it: without a supervisor. */
  readonly alone?: boolean;
  /** Port of its probes. */
  readonly healthPort?: number;
}

/** A worker process under test, with everything it said. */
export class LaunchedWorker {
  readonly child: ChildProcess;
  readonly spec: WorkerProcessSpec;
  readonly messages: WorkerToSupervisor[] = [];
  output = '';
  private readonly gone: Promise<number | null>;

  constructor(main: string, spec: WorkerProcessSpec, options: LaunchOptions = {}) {
    this.spec = spec;
    this.child =
      options.alone === true
        ? spawnAlone(main, spec, options.healthPort)
        : spawnWorkerProcess(spec, { main, ...options });
    this.gone = once(this.child, 'exit').then(([code]) => code);
    this.child.on('message', (message) => this.messages.push(message as WorkerToSupervisor));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk) => {
        this.output += chunk;
      });
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('not started');
    return this.child.pid;
  }

  async ready(): Promise<this> {
    await this.saw((worker) => worker.messages.some(({ type }) => type === 'ready'), 'ready');
    return this;
  }

  /** Resolves when the condition holds; fails with the worker's output when it is gone, or after 20 s. */
  async saw(condition: (worker: LaunchedWorker) => boolean, what: string): Promise<void> {
    const giveUpAtMs = Date.now() + 20_000;
    while (!condition(this)) {
      const ended = this.child.exitCode !== null || this.child.signalCode !== null;
      if (ended || Date.now() > giveUpAtMs) throw new Error(`worker never said ${what}:\n${this.output}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  said(text: string): Promise<void> {
    return this.saw((worker) => worker.output.includes(text), text);
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** The exit code; `null` when a signal ended it. */
  exited(): Promise<number | null> {
    return this.gone;
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.gone;
  }
}

function spawnAlone(main: string, spec: WorkerProcessSpec, healthPort?: number): ChildProcess {
  const env = {
    ...process.env,
    [SPEC_VARIABLE]: JSON.stringify(spec),
    ...(healthPort !== undefined && { DROVER_HEALTH_PORT: String(healthPort) }),
  };
  return spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] });
}
