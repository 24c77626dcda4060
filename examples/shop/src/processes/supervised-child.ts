import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FromChild, ToChild } from './child-of-shop.js';

const firstRestartMs = 500;
const longestRestartMs = 30_000;
/** Having lived this long, a child starts again with the first delay. */
const healthyAfterMs = 60_000;
const killAfterMs = 10_000;

/** A side process of the shop that is started again when it dies, later each time, until it is stopped. */
export class SupervisedChild {
  readonly #name: string;
  readonly #modulePath: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #onReady: () => void;
  #child: ChildProcess | undefined;
  #restart: NodeJS.Timeout | undefined;
  #restartMs = firstRestartMs;
  #stopping = false;

  constructor(options: {
    readonly name: string;
    readonly module: URL;
    readonly environment: NodeJS.ProcessEnv;
    /** At each start, the first included. */
    onReady?(): void;
  }) {
    this.#name = options.name;
    this.#modulePath = fileURLToPath(options.module);
    this.#environment = options.environment;
    this.#onReady = options.onReady ?? (() => undefined);
  }

  start(): void {
    const startedMs = performance.now();
    const child = fork(this.#modulePath, { env: this.#environment, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    child.on('message', (message: FromChild) => {
      if (message.type === 'ready') this.#onReady();
    });
    child.on('error', (error) => console.error(`shop: ${this.#name}: ${error.message}`));
    child.on('exit', (code, signal) => {
      this.#child = undefined;
      if (this.#stopping) return;
      if (performance.now() - startedMs > healthyAfterMs) this.#restartMs = firstRestartMs;
      console.error(`shop: ${this.#name} ended (${signal ?? code}); starting it again in ${this.#restartMs} ms`);
      this.#restart = setTimeout(() => this.start(), this.#restartMs);
      this.#restartMs = Math.min(longestRestartMs, this.#restartMs * 2);
    });
  }

  send(message: ToChild): void {
    if (this.#child?.connected) this.#child.send(message);
  }

  /** Resolves when the process is gone; one that does not go within ten seconds is killed. */
  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.send({ type: 'stop' });
    const kill = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await gone;
    clearTimeout(kill);
  }
}
