import type { Readable } from 'node:stream';
import { type SupervisorToWorker, type WorkerToSupervisor, workerExitCodes } from '@drover/core';

/** What is used of a `ChildProcess`. */
export interface SpawnedProcess {
  readonly pid?: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly connected: boolean;
  send(message: SupervisorToWorker, callback: (error: Error | null) => void): boolean;
  kill(signal: NodeJS.Signals): boolean;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'exit', listener: (code: number | null, signal: NodeJS.Signals | null) => void): unknown;
  once(event: 'close', listener: () => void): unknown;
}

export interface WorkerExit {
  readonly code: number | null;
  /** What it said last: the fatal message, else its last lines on stderr, else how it ended. */
  readonly error: string;
  readonly misconfigured: boolean;
}

export interface WorkerChildEvents {
  readonly onMessage: (message: WorkerToSupervisor) => void;
  readonly onOutput: (stream: 'stdout' | 'stderr', text: string) => void;
  readonly onExit: (exit: WorkerExit) => void;
}

const TAIL_LENGTH = 2_000;
/** A sandboxed child may hold the worker's pipes open after it is gone. */
const LAST_WORDS_MS = 200;

/** A worker process that this supervisor started: messages, last words, and one exit. */
export class WorkerChild {
  private readonly child: SpawnedProcess;
  private tail = '';
  private fatal: string | null = null;
  private ended = false;

  constructor(child: SpawnedProcess, events: WorkerChildEvents) {
    this.child = child;
    child.on('message', (message) => {
      if (!isFromWorker(message)) return;
      if (message.type === 'fatal') this.fatal = message.message.slice(0, TAIL_LENGTH);
      events.onMessage(message);
    });
    // Read even when nobody wants it: a full pipe would block the worker.
    child.stdout?.on('data', (chunk) => events.onOutput('stdout', String(chunk)));
    child.stderr?.on('data', (chunk) => {
      this.tail = (this.tail + chunk).slice(-TAIL_LENGTH);
      events.onOutput('stderr', String(chunk));
    });
    const end = (exit: WorkerExit) => {
      if (this.ended) return;
      this.ended = true;
      events.onExit(exit);
    };
    child.on('error', (error) => {
      // A process that never started has no exit; one that runs only failed to take a message.
      if (child.pid === undefined) end({ code: null, error: error.message, misconfigured: false });
    });
    child.once('exit', (code, signal) => {
      const finish = () => end(this.describe(code, signal));
      child.once('close', finish);
      setTimeout(finish, LAST_WORDS_MS).unref();
    });
  }

  /** Asks for a drain over the channel, or by signal when there is none any more. */
  drain(graceMs: number, reason: string): void {
    if (!this.child.connected) {
      this.child.kill('SIGTERM');
      return;
    }
    this.child.send({ type: 'drain', graceMs, reason }, (error) => {
      if (error !== null) this.child.kill('SIGTERM');
    });
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private describe(code: number | null, signal: NodeJS.Signals | null): WorkerExit {
    const how = signal === null ? `exit code ${code}` : `ended by ${signal}`;
    const said = this.fatal ?? lastLines(this.tail);
    return {
      code,
      error: said === '' ? how : `${how}: ${said}`,
      misconfigured: code === workerExitCodes.misconfigured,
    };
  }
}

function lastLines(text: string): string {
  return text.trim().split('\n').slice(-10).join('\n');
}

/** Jobs run in the worker's process and may use its channel for anything: what is not the worker's is passed over. */
function isFromWorker(message: unknown): message is WorkerToSupervisor {
  if (typeof message !== 'object' || message === null) return false;
  const { type, active, startUpMs, graceMs, reason, message: text } = message as Readonly<Record<string, unknown>>;
  if (type === 'heartbeat') return typeof active === 'number';
  if (type === 'draining') return typeof active === 'number' && (graceMs === undefined || typeof graceMs === 'number');
  if (type === 'recycle') return typeof reason === 'string';
  if (type === 'ready') return typeof startUpMs === 'number';
  return type === 'fatal' && typeof text === 'string';
}
