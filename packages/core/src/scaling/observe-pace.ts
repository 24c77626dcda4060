import { startMemoryMs } from './assess-demand.js';
import type { Traffic } from './estimate-traffic.js';
import type { QueueLoad } from './queue-load.js';
import type { ScalingHistory } from './scaling-history.js';
import type { ScalingTuning } from './scaling-tuning.js';

/** Jobs that each slot must have ended: of fewer, those that began before the time count too much. */
const SHORT = 4;
/** Where a machine or the engine is what everything waits for, more workers would only make it worse. */
const MOST_OVERHEAD = 4;
/** Standard errors by which a pace must be slower than run times say before it is believed. */
const ERRORS = 2;

/**
 * The traffic with what a job really takes of a slot, where the pace of the workers shows it.
 * While the oldest job waited no slot was idle for want of one: the time of all slots went into
 * the jobs that finished meanwhile. When a rush makes a machine, a provider or the engine
 * slower, this shows it within two looks; the mean over the last thousands of jobs would only
 * after the rush. It never makes jobs shorter than they run.
 */
export function atObservedPace(
  traffic: Traffic,
  load: QueueLoad,
  history: ScalingHistory,
  startUpMs: number,
  { rateWindowMs }: ScalingTuning,
): Traffic {
  const { serviceMs, variation } = traffic;
  if (serviceMs === null || load.paused || load.limitedBy || load.readyWorkers < 1) return traffic;
  // How many were ready before the last worker came is not known; too many would make jobs seem long.
  if (load.startingWorkers > 0) return traffic;
  const lookMs = history.samples.at(-1)?.spanMs ?? 0;
  const steadySinceMs = (history.lastUpMs ?? Number.NEGATIVE_INFINITY) + startMemoryMs(startUpMs, lookMs);
  const sinceMs = Math.max(steadySinceMs, load.nowMs - Math.min(load.oldestWaitMs, rateWindowMs));
  let completions = 0;
  let spanMs = 0;
  for (let index = history.samples.length - 1; index >= 0; index--) {
    const sample = history.samples[index];
    if (sample === undefined || sample.atMs - sample.spanMs < sinceMs) break;
    completions += sample.completions;
    spanMs += sample.spanMs;
  }
  const slots = load.readyWorkers * load.slotsPerWorker;
  if (completions < SHORT * slots) return traffic;
  const takenMs = Math.min(MOST_OVERHEAD * serviceMs, (slots * spanMs) / completions);
  const chance = 1 + ERRORS * Math.sqrt((1 + variation) / completions);
  return takenMs > chance * serviceMs ? { ...traffic, serviceMs: takenMs } : traffic;
}
