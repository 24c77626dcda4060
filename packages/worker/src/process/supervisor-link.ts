import type { SupervisorToWorker, WorkerToSupervisor } from '@drover/core';
import type { WorkerState } from './health-server.js';

const HEARTBEAT_MS = 1_000;

/** The IPC channel to the supervisor that started this process; silent when there is none. */
export class SupervisorLink {
  /** As last told, or as would have been told. */
  state: WorkerState = 'starting';
  private heartbeat: NodeJS.Timeout | null = null;

  get connected(): boolean {
    return process.connected === true;
  }

  /** True as well when the supervisor was killed meanwhile: this process was not started to be on its own. */
  get hasSupervisor(): boolean {
    // Stays after the channel is gone.
    return typeof process.send === 'function';
  }

  /** Beats from the event loop, so that a blocked loop is heard as silence. */
  start(active: () => number): void {
    if (!this.connected) return;
    this.heartbeat = setInterval(() => this.send({ type: 'heartbeat', active: active() }), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  send(message: WorkerToSupervisor): void {
    if (message.type === 'ready') this.state = 'ready';
    else if (message.type === 'draining' || message.type === 'fatal') this.state = 'draining';
    // The channel may break between the check and the write; a lost message is no failure of ours.
    if (this.connected) process.send?.(message, undefined, undefined, () => undefined);
  }

  onDrain(listener: (message: SupervisorToWorker) => void): void {
    process.on('message', (message) => {
      if (isDrain(message)) listener(message);
    });
  }

  onDisconnect(listener: () => void): void {
    process.once('disconnect', () => {
      if (this.heartbeat !== null) clearInterval(this.heartbeat);
      listener();
    });
  }
}

function isDrain(message: unknown): message is SupervisorToWorker {
  return typeof message === 'object' && message !== null && (message as { type?: unknown }).type === 'drain';
}
