import { isFault } from '@drover/core';
import type { LeaderTick } from './leader-duty.js';
import type { MonitorOptions } from './monitor-options.js';

/** Runs each of the leader's duties in turn; only a later leader, told by the fault `fenced`, ends them. */
export async function discharge({ duties = [], log }: MonitorOptions, tick: LeaderTick): Promise<void> {
  for (const duty of duties) {
    try {
      await duty.run(tick);
    } catch (error) {
      if (isFault(error, 'fenced')) throw error;
      log.error({ err: error, duty: duty.name }, 'a duty of the leader failed: it is tried again with the next tick');
    }
  }
}
