import type { Engine } from '@drover/core';
import type { LeaderDuty } from '../../monitor/leader-duty.js';
import type { LiveTopics } from '../live-topics.js';
import type { MemoryConfig } from './memory-config.js';
import { MemoryRecorder } from './memory-recorder.js';
import { RecycleBook } from './recycle-book.js';
import { RecycleDuty } from './recycle-duty.js';

export interface MemoryDutiesOptions {
  readonly engine: Pick<Engine, 'fleet' | 'records'>;
  readonly config: MemoryConfig;
  readonly topics: LiveTopics;
  readonly softLimitAfterMs?: number;
}

/** What the leader does about memory after each tick: first its history, for decisions read that. */
export function createMemoryDuties(options: MemoryDutiesOptions): readonly LeaderDuty[] {
  const { engine, config, topics } = options;
  const recorder = new MemoryRecorder(engine.records);
  const recycling = new RecycleDuty({
    ...options,
    fleet: engine.fleet,
    book: new RecycleBook(engine.records),
    topics,
    limitsFor: (queueName) => config.limitsFor(queueName),
    samplesOf: (workerId) => recorder.samplesOf(workerId),
  });
  return [recorder, recycling];
}
