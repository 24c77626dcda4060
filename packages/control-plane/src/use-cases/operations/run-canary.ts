import {
  addOutcomes,
  type Canary,
  type CanaryJob,
  Fault,
  isJobOperation,
  type JobOutcome,
  jobInstantMs,
  judgeCanary,
} from '@drover/core';
import { rest } from '../../monitor/rest.js';
import type { TargetPlace, TargetSlice } from './job-targets.js';
import { changePart, goesOn, type OperationInHand, partAt } from './operation-in-hand.js';

const LOOK_EVERY_MS = 500;

/**
 * Retries the newest failures that match, and waits for what becomes of them; ends `passed` or
 * `stopped`, or before when the operation does. Which jobs were chosen is in the record before one
 * of them is retried, so that whoever takes it over waits for the same.
 */
export async function runCanary(hand: OperationInHand): Promise<void> {
  const canaryNow = (): Canary => {
    const { canary } = hand.current();
    if (canary === undefined) throw new Error('the operation has no canary');
    return canary;
  };
  const change = (more: Partial<Canary>) => hand.change({ ...hand.current(), canary: { ...canaryNow(), ...more } });

  if (canaryNow().state === 'choosing') {
    const chosen = await choose(hand, canaryNow().jobs);
    if (chosen === undefined) return;
    change({ chosen, state: 'retrying' });
    await hand.save();
  }
  if (canaryNow().state === 'retrying') {
    for (const [index, job] of canaryNow().chosen.entries()) {
      if (!goesOn(hand)) return;
      if (job.verdict !== 'chosen') continue;
      const verdict = await retry(hand, job);
      if (verdict === undefined) return;
      const chosen = canaryNow().chosen.map((one, at) => (at === index ? { ...one, verdict } : one));
      change({ chosen });
      await hand.checkpoint();
    }
    change({ state: 'waiting', untilMs: hand.clock.nowMs() + canaryNow().waitMs });
    await hand.save();
  }
  while (goesOn(hand) && canaryNow().state === 'waiting') {
    const rows = await hand.patiently(() => hand.targets.rows(canaryNow().chosen));
    if (rows === undefined) return;
    change(judgeCanary(canaryNow(), rows, hand.clock.nowMs()));
    if (canaryNow().state !== 'waiting') return hand.save();
    await hand.checkpoint();
    await rest(LOOK_EVERY_MS, hand.signal);
  }
}

/** The newest failures of each queue in turn: they are of the code that runs now. */
async function choose(hand: OperationInHand, jobs: number): Promise<readonly CanaryJob[] | undefined> {
  const { choice, untilMs, queues } = hand.current();
  if (choice === undefined) return [];
  const chosen: CanaryJob[] = [];
  for (const { queueName } of queues) {
    for (const state of choice.states) {
      for (let after: string | null = null, more = true; more && chosen.length < jobs && goesOn(hand); ) {
        const place: TargetPlace = { queueName, state, order: 'newest', after };
        const slice: TargetSlice | undefined = await hand.patiently(() =>
          hand.gate.run(() => hand.targets.walk(place, choice, untilMs)),
        );
        if (slice === undefined) return undefined;
        for (const jobId of slice.ids.slice(0, jobs - chosen.length)) {
          const clearsItself = await hand.patiently(() => hand.targets.clearsItself({ queueName, jobId }));
          if (clearsItself === undefined) return undefined;
          chosen.push({ queueName, jobId, clearsItself, verdict: 'chosen' });
        }
        after = slice.next;
        more = after !== null;
        await hand.checkpoint();
        await rest(1, hand.signal);
      }
    }
  }
  return goesOn(hand) ? chosen : undefined;
}

/** Once, also when the answer is lost, or whoever asked first: a job that is no longer as it failed was retried. */
async function retry(hand: OperationInHand, ref: CanaryJob): Promise<CanaryJob['verdict'] | undefined> {
  const { queues, untilMs, kind, requestedBy, resumes } = hand.current();
  const index = queues.findIndex(({ queueName }) => queueName === ref.queueName);
  if (!isJobOperation(kind)) throw new Error('the operation names no jobs');
  let doubtful = resumes > 0;
  return hand.patiently(async () => {
    hand.requireLease();
    const [row = null] = await hand.targets.rows([ref]);
    const asItFailed =
      row !== null && (row.state === 'failed' || row.state === 'completed') && jobInstantMs(row) <= untilMs;
    if (doubtful && row !== null && !asItFailed) {
      changePart(hand, index, { uncounted: partAt(hand, index).uncounted + 1 });
      return 'running';
    }
    doubtful = true;
    const outcome = await hand.targets.act(ref, kind, { actor: requestedBy, keep: true }).catch(ownFault);
    hand.change(addOutcomes(hand.current(), index, [{ jobId: ref.jobId, outcome }]));
    return 'done' in outcome && outcome.done ? 'running' : 'left';
  });
}

function ownFault(error: unknown): JobOutcome | { readonly fault: string } {
  const own = error instanceof Fault && (error.code === 'too_large' || error.code === 'invalid_input');
  if (!own) throw error;
  return { fault: error.message };
}
