import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import type { SupervisorToWorker, WorkerToSupervisor } from '@drover/core';
import type { WorkerToSpawn } from '../local-supervisor-options.js';
import type { SpawnedProcess } from '../worker-child.js';

/** A worker process as a test scripts it: it does only what the test says. */
export class ScriptedWorker extends EventEmitter implements SpawnedProcess {
  private static nextPid = 10_000;
  readonly pid = ScriptedWorker.nextPid++;
  readonly stdout = new PassThrough();
  readonly stderr = new PassThrough();
  readonly workerId: string;
  readonly queueName: string;
  readonly told: SupervisorToWorker[] = [];
  readonly signals: NodeJS.Signals[] = [];
  connected = true;
  alive = true;

  constructor({ workerId, queueName }: WorkerToSpawn) {
    super();
    this.workerId = workerId;
    this.queueName = queueName;
  }

  say(message: WorkerToSupervisor): this {
    this.emit('message', message);
    return this;
  }

  ready(startUpMs = 150): this {
    return this.say({ type: 'ready', workerId: this.workerId, startUpMs });
  }

  beat(active = 0): this {
    return this.say({ type: 'heartbeat', active });
  }

  /** Ends as a process does: its pipes are at their end before `close`. */
  exit(code: number | null, signal: NodeJS.Signals | null = null): void {
    this.alive = false;
    this.connected = false;
    this.emit('exit', code, signal);
    this.emit('close');
  }

  send(message: SupervisorToWorker, callback: (error: Error | null) => void): boolean {
    this.told.push(message);
    callback(null);
    return true;
  }

  kill(signal: NodeJS.Signals): boolean {
    this.signals.push(signal);
    if (signal === 'SIGKILL') this.exit(null, 'SIGKILL');
    return true;
  }
}
