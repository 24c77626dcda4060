import { nudgeTopic } from '@drover/core';
import type { IRelayBackend } from 'bullmq';
import { withDeadline } from '../deadline.js';
import type { EngineLog } from '../engine-options.js';

/** Where nudges travel; workers subscribe in the same namespace. */
export const NUDGE_NAMESPACE = 'drover';
const MAX_MESSAGE_BYTES = 1024;
/** Later than this the worker has long read its state with a report. */
const DEADLINE_MS = 5000;

/**
 * Tells a worker to read its desired state now. Publishes through BullMQ's Relay backend
 * without registering a node: we only ever send, and a node would cost two connections and
 * a heartbeat. A nudge that fails costs time alone, for the worker reads its state with
 * every report, so failures are logged and nothing waits for them.
 */
export class WorkerNudge {
  private readonly open: () => IRelayBackend;
  private readonly log: EngineLog;
  private backend: IRelayBackend | undefined;
  private readonly sending = new Set<Promise<void>>();

  constructor(open: () => IRelayBackend, log: EngineLog) {
    this.open = open;
    this.log = log;
  }

  send(workerId: string): void {
    const sent = withDeadline(this.publish(workerId), DEADLINE_MS, 'The relay')
      .catch((error: unknown) => {
        // The next nudge starts afresh: a backend whose start failed never recovers.
        this.backend = undefined;
        this.log('debug', `worker ${workerId} was not nudged: ${error instanceof Error ? error.message : error}`);
      })
      .finally(() => this.sending.delete(sent));
    this.sending.add(sent);
  }

  async close(): Promise<void> {
    await Promise.all(this.sending);
    await this.backend?.close().catch(() => undefined);
  }

  private async publish(workerId: string): Promise<void> {
    this.backend ??= this.open();
    const { backend } = this;
    await backend.waitUntilReady();
    await backend.publish(nudgeTopic(workerId), '{}', { ts: Date.now(), retainMs: 0, maxSize: MAX_MESSAGE_BYTES });
  }
}
