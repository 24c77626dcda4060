import type { Role } from '@drover/contract';
import { type Clock, type Engine, Fault, parseRedactionRule, type RedactionRule } from '@drover/core';
import { SliceGate } from '../operations/slice-gate.js';
import type { Reads } from '../reads.js';
import type { SettingsCache } from '../settings-cache.js';
import { createJobChanges, type JobChanges } from './change-jobs.js';
import { createJobCancels } from './job-cancels.js';
import { anyPayload, type JobSchemas } from './job-schemas.js';
import { createJobTrash, type JobTrash } from './job-trash.js';
import { JobView } from './job-view.js';
import { createJobReads, type JobReads } from './read-jobs.js';
import { createFailureScan, type FailureScan } from './scan-failures.js';
import { createJobSearch, type JobSearch } from './search-jobs.js';
import { SearchPace } from './search-pace.js';

export interface JobsOptions {
  readonly engine: Pick<Engine, 'jobs' | 'queues' | 'operations' | 'records'>;
  readonly reads: Reads;
  readonly settings: SettingsCache;
  readonly clock: Clock;
  /** What nobody sees without asking for it: `data.card.number`, `*.password`. */
  readonly redact: readonly string[];
  /** The lowest role that may ask for it. */
  readonly revealRole: Role;
  /** Watches only: everything that would change a job is refused. */
  readonly observes?: boolean;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Which payloads queues take; all, unless told. */
  readonly schemas?: JobSchemas;
}

export interface JobsService {
  readonly reads: JobReads;
  readonly search: JobSearch;
  readonly scanFailures: FailureScan;
  readonly changes: JobChanges;
  readonly trash: JobTrash;
  readonly schemas: JobSchemas;
  readonly revealRole: Role;
  /** Throws `conflict` on a control plane that only observes. */
  requireSteering(): void;
  /** Rejects with `not_found` for a queue that nobody knows: a mistyped name must not look like an empty queue, or make one. */
  requireQueue(queueName: string): Promise<void>;
  /** Revealed only to whom the caller found to have `revealRole`. */
  view(revealed: boolean): JobView;
}

export function createJobs(options: JobsOptions): JobsService {
  const { engine, settings, clock, redact, revealRole, observes = false, schemas = anyPayload } = options;
  const sleep = options.sleep ?? ((ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const rules = readRedaction(redact);
  const trash = createJobTrash(engine.records, clock);
  const queueNames = async (): Promise<readonly string[]> => {
    const snapshot = options.reads.current();
    return snapshot === null ? engine.queues.discover() : snapshot.queues.map(({ queueName }) => queueName);
  };
  const { jobs, queues } = engine;
  const requireSteering = (): void => {
    if (!observes) return;
    throw new Fault('conflict', 'This control plane only observes: it changes no jobs. Start it without --observe.');
  };
  const looking = { jobs, queues, queueNames, gate: new SliceGate(), pace: new SearchPace(), clock };
  return {
    reads: createJobReads({ jobs, queueNames }),
    // One slice of a search, and one change, at a time, whoever asks: the workers come first.
    search: createJobSearch(looking),
    scanFailures: createFailureScan(looking),
    changes: createJobChanges({
      ...{ jobs, trash, requireSteering, checkData: schemas.check, gate: new SliceGate() },
      cancels: createJobCancels({ jobs, settings, clock, sleep }),
    }),
    trash,
    schemas,
    revealRole,
    requireSteering,
    async requireQueue(queueName) {
      const seen = options.reads.current()?.queues.some((queue) => queue.queueName === queueName) ?? false;
      if (seen || (await engine.operations.knows(queueName))) return;
      throw new Fault('not_found', `There is no queue named "${queueName}".`, { details: { queueName } });
    },
    view: (revealed) => new JobView(rules, revealed),
  };
}

/** Rules as the configuration writes them; throws for what is none. */
export const readRedaction = (redact: readonly string[]): readonly RedactionRule[] => redact.map(readRule);

function readRule(text: string): RedactionRule {
  const rule = parseRedactionRule(text);
  if (rule !== null) return rule;
  throw new Fault('invalid_input', `redact: "${text}" is no rule; write "data.card.number" or "*.password".`);
}
