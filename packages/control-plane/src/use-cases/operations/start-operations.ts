import { type Clock, type Engine, Fault } from '@drover/core';
import type { Logger } from 'pino';
import type { AuditTrail } from '../audit/audit-trail.js';
import { createJobTrash } from '../jobs/job-trash.js';
import { JobView } from '../jobs/job-view.js';
import { readRedaction } from '../jobs/jobs-service.js';
import type { LiveTopics } from '../live-topics.js';
import type { Reads } from '../reads.js';
import { type BulkOperations, createBulkOperations } from './bulk-operations.js';
import { createJobTargets } from './job-targets.js';
import { startOperationRunner, tellOperation } from './operation-runner.js';
import { createOperationStore } from './operation-store.js';
import { markPaused } from './paused-marks.js';
import { createQueueCommands, type QueueCommands } from './queue-commands.js';
import { SliceGate } from './slice-gate.js';

export interface OperationsOptions {
  readonly engine: Pick<Engine, 'operations' | 'queues' | 'records' | 'lease' | 'jobs'>;
  readonly reads: Reads;
  readonly topics: LiveTopics;
  readonly audit: Pick<AuditTrail, 'record'>;
  readonly clock: Clock;
  readonly instanceId: string;
  readonly log: Logger;
  /** Watches only: everything that would change a queue is refused, and operations are left to others. */
  readonly observes?: boolean;
  /** What no filter of jobs may look at: `data.card.number`, `*.password`. */
  readonly redact?: readonly string[];
  /** As of `startOperationRunner`. */
  readonly everyMs?: number;
  readonly restPerWork?: number;
  readonly leaseMs?: number;
}

/** What the API does to queues: at once, and as operations. */
export interface OperationsService {
  readonly commands: QueueCommands;
  readonly bulk: BulkOperations;
}

export interface RunningOperations extends OperationsService {
  /** The reads, in which a pause shows at once. */
  readonly reads: Reads;
  stop(): Promise<void>;
}

const observing =
  'This control plane only observes: it changes nothing of the queues. Start it without --observe, or ask another.';

export function startOperations(options: OperationsOptions): RunningOperations {
  const { engine, topics, audit, clock, instanceId, log, observes = false, everyMs, leaseMs, restPerWork } = options;
  const { operations, queues } = engine;
  const gate = new SliceGate();
  const store = createOperationStore(engine.records);
  const { mark, reads } = markPaused(options.reads, clock);
  const targets = createJobTargets({
    jobs: engine.jobs,
    trash: createJobTrash(engine.records, clock),
    // Whoever asks: nobody may find out by what an operation touches what a reply hides.
    view: new JobView(readRedaction(options.redact ?? []), false),
  });
  const runOptions = {
    ...{ store, operations, targets, lease: engine.lease, audit, topics, gate, clock, instanceId, log },
    ...(everyMs !== undefined && { everyMs }),
    ...(leaseMs !== undefined && { leaseMs }),
    ...(restPerWork !== undefined && { restPerWork }),
    onPaused: mark,
  };
  const runner = observes ? null : startOperationRunner(runOptions);
  const requireSteering = (): void => {
    if (observes) throw new Fault('conflict', observing);
  };
  return {
    commands: createQueueCommands({ operations, queues, clock, gate, requireSteering, onPaused: mark }),
    bulk: createBulkOperations({
      ...{ store, operations, queues, clock, requireSteering },
      onCreated: (held) => {
        tellOperation(topics, held);
        runner?.nudge();
      },
    }),
    reads,
    stop: async () => runner?.stop(),
  };
}
