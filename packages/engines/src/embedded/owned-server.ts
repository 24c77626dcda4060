import type { EngineLog } from '../engine-options.js';
import { isRunning } from './process-identity.js';
import { type RunningServer, stopServer } from './server.js';

const WATCH_MS = 1000;

export interface Ownership {
  /** Finds the server or starts it again, on the port where everybody looks for it. */
  recover(port: number): Promise<RunningServer>;
  /** Tells other processes where the server is. */
  publish(server: RunningServer): void;
  releaseFolder(): void;
  readonly log: EngineLog;
}

/**
 * The embedded server in the hands of the process that answers for it: it is started again
 * when it dies (killed by the system for its memory, say), and ends with this process,
 * whatever ends that but SIGKILL.
 */
export class OwnedServer {
  private server: RunningServer;
  private readonly ownership: Ownership;
  private readonly watch: NodeJS.Timeout;
  private restarting: Promise<void> | undefined;
  private stopping: Promise<void> | undefined;

  constructor(server: RunningServer, ownership: Ownership) {
    this.server = server;
    this.ownership = ownership;
    ownership.publish(server);
    process.once('exit', this.stopAtExit);
    this.watch = setInterval(() => this.restartIfDead(), WATCH_MS);
    this.watch.unref();
  }

  get pid(): number {
    return this.server.pid;
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopOnce();
    return this.stopping;
  }

  private async stopOnce(): Promise<void> {
    clearInterval(this.watch);
    await this.restarting;
    await stopServer(this.server.pid);
    process.off('exit', this.stopAtExit);
    this.ownership.releaseFolder();
  }

  private restartIfDead(): void {
    if (this.restarting !== undefined || isRunning(this.server.pid)) return;
    this.restarting = this.restart().finally(() => {
      this.restarting = undefined;
    });
  }

  private async restart(): Promise<void> {
    const { recover, publish, log } = this.ownership;
    log('warn', `the embedded PostgreSQL (pid ${this.server.pid}) has died and is started again`);
    try {
      this.server = await recover(this.server.port);
      publish(this.server);
    } catch (error) {
      // The next look at it tries again, on the same port: pools and workers know no other.
      log('error', error instanceof Error ? error.message : String(error));
    }
  }

  /** No time for more than a signal: `exit` handlers cannot wait. */
  private readonly stopAtExit = (): void => {
    try {
      process.kill(this.server.pid, 'SIGINT');
    } catch {
      // It has stopped already.
    }
    this.ownership.releaseFolder();
  };
}
