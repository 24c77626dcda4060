import type { Engine } from '@drover/core';
import type { Logger } from 'pino';
import type { LeaderDuty } from '../../monitor/leader-duty.js';
import type { JobsService } from '../jobs/jobs-service.js';
import type { SettingsCache } from '../settings-cache.js';
import { QuarantineBook } from './quarantine-book.js';
import { QuarantineDuty } from './quarantine-duty.js';
import { createQuarantineService, type QuarantineService } from './quarantine-service.js';

export interface QuarantineOptions {
  readonly engine: Pick<Engine, 'jobs' | 'records'>;
  readonly settings: SettingsCache;
  readonly log: Pick<Logger, 'warn'>;
  /** Crashes after which a job is set aside; 0: never. */
  readonly afterCrashes: number;
  readonly sleep?: (ms: number) => Promise<void>;
}

export interface Quarantine {
  readonly duty: LeaderDuty;
  service(jobs: Pick<JobsService, 'changes' | 'requireSteering'>): QuarantineService;
}

export function createQuarantine({ engine, settings, log, afterCrashes, sleep }: QuarantineOptions): Quarantine {
  const book = new QuarantineBook({ records: engine.records, settings, afterCrashes });
  return {
    duty: new QuarantineDuty({ jobs: engine.jobs, book, log }),
    service: ({ changes, requireSteering }) =>
      createQuarantineService({
        ...{ book, jobs: engine.jobs, requireSteering },
        remove: (queueName, jobId, actor) => changes.change(queueName, { action: 'remove', jobIds: [jobId] }, actor),
        ...(sleep && { sleep }),
      }),
  };
}
