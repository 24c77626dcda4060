import {
  addOutcomes,
  Fault,
  firstPace,
  handledOf,
  isJobOperation,
  type JobOutcome,
  type JobState,
  planPace,
  REST_PER_WORK,
} from '@drover/core';
import { rest } from '../../monitor/rest.js';
import type { TargetSlice } from './job-targets.js';
import { changePart, goesOn, type OperationInHand, partAt } from './operation-in-hand.js';
import { isPassing } from './passing-faults.js';

/** Changes under way at once: the way to the engine and back is most of what one takes. */
const AT_ONCE = 8;
const AWAY_RETRY_MS = 1_000;

type Outcome = JobOutcome | { readonly fault: string };

/**
 * One queue's part of an operation on chosen jobs. Goes through the states of the choice in slices.
 * What matches in a slice is written to the record before it is changed, so that after a crash, or
 * an answer that was lost, each of those jobs is looked up: still there it is changed, else counted
 * as `uncounted`.
 */
export async function runJobPart(hand: OperationInHand, index: number): Promise<void> {
  const { kind, choice, dryRun, untilMs } = hand.current();
  if (!isJobOperation(kind) || choice === undefined) throw new Error('the operation names no jobs');
  const { queueName } = partAt(hand, index);
  const walks = createWalk(hand, index);

  const { inFlight } = partAt(hand, index);
  if (inFlight) await changeJobs(hand, index, inFlight.state, await settle(hand, index, inFlight.state, inFlight.ids));
  if (partAt(hand, index).matched === null && dryRun) changePart(hand, index, { matched: 0 });

  while (goesOn(hand)) {
    const { place = 0, after, examined = 0, matched } = partAt(hand, index);
    const state = choice.states[place];
    if (state === undefined) break;
    // A list's cursor names jobs that may have been removed since: it is looked through from its beginning.
    const slice = await walks.next(state, after);
    if (slice === undefined) return;
    const through = slice.next === null;
    const stand = { examined: examined + slice.examined, after: slice.next, place: through ? place + 1 : place };
    if (dryRun) changePart(hand, index, { ...stand, matched: (matched ?? 0) + slice.ids.length });
    else changePart(hand, index, { ...stand, ...(slice.ids.length > 0 && { inFlight: { state, ids: slice.ids } }) });
    if (dryRun || slice.ids.length === 0) {
      await hand.checkpoint();
      continue;
    }
    await hand.save();
    await changeJobs(hand, index, state, slice.ids);
  }
  if (!goesOn(hand)) return;
  const part = partAt(hand, index);
  const missing = (part.matched ?? 0) - handledOf(part);
  changePart(hand, index, {
    state: 'done',
    ...(!dryRun && part.matched === null && { matched: handledOf(part) }),
    ...(!dryRun &&
      missing > 0 && { message: `${missing} jobs were gone, or no longer in that state, when their turn came.` }),
  });

  /** What of the jobs in doubt is as it was; the others were changed, by us or by somebody else. */
  async function settle(
    { patiently, targets, gate }: OperationInHand,
    at: number,
    state: JobState,
    ids: readonly string[],
  ): Promise<readonly string[]> {
    const still = await patiently(() => gate.run(() => targets.still(queueName, ids, state, untilMs)));
    if (still === undefined) return [];
    const { uncounted } = partAt(hand, at);
    changePart(hand, at, { uncounted: uncounted + ids.length - still.length, inFlight: { state, ids: still } });
    return still;
  }

  async function changeJobs(
    { patiently, gate, clock, signal, requireLease, restPerWork }: OperationInHand,
    at: number,
    state: JobState,
    ids: readonly string[],
  ): Promise<void> {
    let open = ids;
    let pace = firstPace;
    while (open.length > 0 && goesOn(hand)) {
      const chunk = open.slice(0, pace.limit);
      const others = open.slice(chunk.length);
      let tookMs = 0;
      const outcomes = await patiently(() =>
        gate.run(async () => {
          requireLease();
          const startedMs = clock.monotonicMs();
          const all = await actOn(hand, queueName, chunk);
          tookMs = clock.monotonicMs() - startedMs;
          return all;
        }),
      );
      if (outcomes === undefined) return;
      hand.change(addOutcomes(hand.current(), at, outcomes));
      const told = new Set(outcomes.map(({ jobId }) => jobId));
      const unsure = chunk.filter((jobId) => !told.has(jobId));
      open = others;
      if (unsure.length > 0) {
        await rest(AWAY_RETRY_MS, signal);
        open = [...(await settle(hand, at, state, unsure)), ...others];
      }
      changePart(hand, at, { inFlight: open.length > 0 ? { state, ids: open } : null });
      await hand.checkpoint();
      pace = planPace(pace, { tookMs, jobs: chunk.length }, restPerWork);
      await rest(pace.restMs, signal);
    }
    // Handed over, the next goes on with them; cancelled, they are left alone.
    if (!signal.aborted) changePart(hand, at, { inFlight: null });
  }
}

/** The jobs without an outcome got no answer. */
async function actOn(hand: OperationInHand, queueName: string, ids: readonly string[]) {
  const { kind, choice, requestedBy } = hand.current();
  if (!isJobOperation(kind)) throw new Error('the operation names no jobs');
  const by = { actor: requestedBy, keep: choice?.keep ?? true };
  const told: { jobId: string; outcome: Outcome }[] = [];
  const waiting = [...ids];
  const actNext = async (): Promise<void> => {
    for (let jobId = waiting.shift(); jobId !== undefined; jobId = waiting.shift()) {
      try {
        told.push({ jobId, outcome: await hand.targets.act({ queueName, jobId }, kind, by) });
      } catch (error) {
        if (isPassing(error)) continue;
        if (!(error instanceof Fault)) throw error;
        told.push({ jobId, outcome: { fault: error.message } });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, actNext));
  return told;
}

/** Walks a slice ahead where a state may be a list: there a slice is found by the jobs of the one before. */
function createWalk(hand: OperationInHand, index: number) {
  const { choice, untilMs, dryRun } = hand.current();
  const { queueName } = partAt(hand, index);
  const { targets, gate, clock, signal, restPerWork = REST_PER_WORK } = hand;
  let ahead: { readonly of: string; readonly slice: TargetSlice } | undefined;
  let begun: JobState | undefined;

  const look = async (state: JobState, after: string | null): Promise<TargetSlice | undefined> => {
    if (choice === undefined) return undefined;
    let tookMs = 0;
    const slice = await hand.patiently(() =>
      gate.run(async () => {
        const startedMs = clock.monotonicMs();
        const found = await targets.walk({ queueName, state, order: 'oldest', after }, choice, untilMs);
        tookMs = clock.monotonicMs() - startedMs;
        return found;
      }),
    );
    await rest(tookMs * restPerWork, signal);
    return slice;
  };

  return {
    /** Undefined when this control plane stops. */
    async next(state: JobState, after: string | null): Promise<TargetSlice | undefined> {
      if (state !== 'waiting' || dryRun) return look(state, after);
      const from = begun === state ? after : null;
      begun = state;
      const slice = ahead !== undefined && ahead.of === from ? ahead.slice : await look(state, from);
      ahead = undefined;
      if (slice === undefined || slice.next === null) return slice;
      const following = await look(state, slice.next);
      if (following === undefined) return undefined;
      ahead = { of: slice.next, slice: following };
      return slice;
    },
  };
}
