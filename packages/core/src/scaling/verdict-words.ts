import { durationInWords, jobsInWords } from '../health/words.js';
import type { Demand } from './assess-demand.js';
import type { ExpectedBurst } from './expect-burst.js';
import type { Shrink } from './plan-shrink.js';
import type { QueueLoad } from './queue-load.js';
import type { ScalingEvidence, ScalingVerdict, ScalingVote } from './scaling-verdict.js';
import { missingInWords, workersInWords } from './words.js';

export function demandVote(load: QueueLoad, demand: Demand, objectiveMs: number): ScalingVote {
  const { need, enough, predictedWaitMs } = demand;
  const current = load.currentWorkers;
  if (need > current) {
    const wait =
      predictedWaitMs > 0
        ? `jobs would wait about ${durationInWords(predictedWaitMs)} of the ${durationInWords(objectiveMs)} allowed`
        : `jobs would wait longer than the ${durationInWords(objectiveMs)} allowed`;
    return { rule: 'objective', workers: enough, why: `${wait} when a worker asked for now is ready` };
  }
  const why = `${workersInWords(Math.max(1, need))} or more keep the wait under ${durationInWords(objectiveMs)}`;
  return { rule: 'objective', workers: Math.min(current, Math.max(need, enough)), why };
}

/** `isKnown`: whether anything was seen of the traffic, without which no worker can be told to be surplus. */
export function surplusVote(
  load: QueueLoad,
  { enough }: Demand,
  { workers, paidMs, priceMs }: Shrink,
  isKnown: boolean,
): ScalingVote {
  const current = load.currentWorkers;
  if (current <= enough) return { rule: 'surplus', workers, why: 'no worker is surplus' };
  if (!isKnown) return { rule: 'surplus', workers, why: missingInWords(load) };
  const surplus = `${workersInWords(current - enough)} above the ${enough} that are enough`;
  if (workers < current) {
    return { rule: 'surplus', workers, why: `${surplus}, for longer than starting them again would cost` };
  }
  const cost = `${durationInWords(Math.min(paidMs, priceMs))} of ${durationInWords(priceMs)} of worker time`;
  return { rule: 'surplus', workers, why: `${surplus}, kept until they have cost ${cost}` };
}

export function burstVote(load: QueueLoad, demand: Demand, burst: ExpectedBurst): ScalingVote {
  const every = durationInWords(burst.periodMs);
  const why =
    burst.seen === 1
      ? `a burst of ${jobsInWords(burst.jobs)} came ${every} ago, on the clock`
      : `a burst of ${jobsInWords(burst.jobs)} comes every ${every}`;
  return { rule: 'recurrence', workers: demand.need > load.currentWorkers ? demand.enough : load.currentWorkers, why };
}

/** One sentence: what happens, why, and the figures behind it. */
export function verdictReason(verdict: Omit<ScalingVerdict, 'reason'>, wish: number, load: QueueLoad): string {
  const { action, targetWorkers, currentWorkers, evidence } = verdict;
  const figures = `${loadInWords(load, evidence)}.`;
  const held = evidence.clampedBy.at(-1);
  const wanted = leadingVote(evidence, wish, currentWorkers);
  if (action === 'maintain') {
    const stays = `${workersInWords(currentWorkers, true)} ${currentWorkers === 1 ? 'stays' : 'stay'}`;
    if (held && wish !== currentWorkers) {
      return `${stays}, though ${wish} ${wish > currentWorkers ? 'are wanted' : 'would do'}: ${held.why}; ${figures}`;
    }
    return `${stays}: ${wanted.why}; ${figures}`;
  }
  const moves = `${action === 'scale_up' ? 'Up' : 'Down'} from ${currentWorkers} to ${workersInWords(targetWorkers)}`;
  if (held && targetWorkers !== wish) {
    const instead = wish === currentWorkers ? '' : ` instead of ${wish}`;
    return `${moves}${instead}: ${held.why}; ${figures}`;
  }
  return `${moves}: ${wanted.why}; ${figures}`;
}

function leadingVote({ votes }: ScalingEvidence, wish: number, current: number): ScalingVote {
  const rank = ({ rule }: ScalingVote) => (rule === 'recurrence' ? 0 : rule === 'objective' ? 1 : 2);
  const agreeing = votes.filter(({ workers }) => workers === wish).sort((a, b) => rank(a) - rank(b));
  const surplus = votes.find(({ rule }) => rule === 'surplus');
  if (wish < current && surplus) return surplus;
  return agreeing[0] ?? votes[0] ?? { rule: 'objective', workers: wish, why: 'nothing asks for a change' };
}

function loadInWords(load: QueueLoad, evidence: ScalingEvidence): string {
  const waiting =
    load.depth === 0
      ? 'no jobs wait'
      : `${jobsInWords(load.depth)} ${load.depth === 1 ? 'waits' : 'wait'}, the oldest for ${durationInWords(load.oldestWaitMs)}`;
  const { arrivalsPerSecond, serviceMs, offeredLoad } = evidence;
  // Only the last hours are remembered: whether one ever finished is not known.
  if (serviceMs === null) return `${waiting}, and no job has finished lately`;
  const rate = `${plain(arrivalsPerSecond)} jobs/s of ${durationInWords(serviceMs)}`;
  return `${waiting}, and ${rate} keep ${plain(offeredLoad)} workers busy`;
}

function plain(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2).replace(/\.?0+$/, '');
}
