import type { LimiterAnswer, LimiterGrant, LimiterRequest, LimiterStanding } from '../ports/rate-limiter-store.js';
import { type WindowName, windowLengthMs, windowNames } from './limiter-windows.js';
import { charge, refund, type SlidingWindow, slide, waitForUs, weightOf } from './sliding-window.js';

/** One limiter as an engine keeps it. Instants are µs; `logicalUs` never goes back, see `advance`. */
export interface LimiterState {
  readonly rawUs: number;
  readonly logicalUs: number;
  readonly penaltyUntilUs: number;
  readonly allowed: number;
  readonly delayed: number;
  readonly delayedMs: number;
  readonly windows: { readonly [W in WindowName]?: SlidingWindow };
}

export const newLimiter: LimiterState = {
  rawUs: 0,
  logicalUs: 0,
  penaltyUntilUs: 0,
  allowed: 0,
  delayed: 0,
  delayedMs: 0,
  windows: {},
};

/**
 * The limiter's own time. It is the engine's clock, until that is set back: then it goes on
 * from where it was, at the clock's pace. Otherwise the grants in the future would either
 * block the limiter until the clock caught up, or be forgotten and granted twice.
 */
export function advance(state: LimiterState, rawUs: number): number {
  if (rawUs >= state.logicalUs) return rawUs;
  return state.logicalUs + Math.max(0, rawUs - state.rawUs);
}

/**
 * Grants the first of the requested weights that fit every window, in order: one that does
 * not fit holds those behind it. A call that grants nothing changes nothing, but that it
 * notes a clock set back: the limiter's time would stand still until the next grant.
 */
export function acquire(
  state: LimiterState,
  request: Omit<LimiterRequest, 'name'>,
  rawUs: number,
): { readonly state: LimiterState; readonly answer: LimiterAnswer } {
  const nowUs = advance(state, rawUs);
  const answer = (granted: number, waitUs: number): LimiterAnswer => ({
    granted,
    waitMs: Math.ceil(waitUs / 1_000),
    atMs: rawUs / 1_000,
    ticket: nowUs,
  });
  const unchanged = rawUs < state.rawUs ? { ...state, rawUs, logicalUs: nowUs } : state;
  if (state.penaltyUntilUs > nowUs) return { state: unchanged, answer: answer(0, state.penaltyUntilUs - nowUs) };
  let windows = { ...state.windows };
  for (const name of limited(request)) windows[name] = slide(windows[name] ?? [], nowUs, windowLengthMs[name] * 1_000);
  let granted = 0;
  let weightGranted = 0;
  for (const weight of request.weights) {
    const waitUs = Math.max(0, ...limited(request).map((name) => waitOf(request, windows, name, weight, nowUs)));
    if (waitUs > 0) {
      if (granted === 0) return { state: unchanged, answer: answer(0, waitUs) };
      break;
    }
    windows = { ...windows };
    for (const name of limited(request)) {
      windows[name] = charge(windows[name] ?? [], nowUs, weight, windowLengthMs[name] * 1_000);
    }
    granted++;
    weightGranted += weight;
  }
  const next = request.weights[granted];
  const waitUs =
    next === undefined
      ? 0
      : Math.max(0, ...limited(request).map((name) => waitOf(request, windows, name, next, nowUs)));
  const changed = {
    ...state,
    rawUs,
    logicalUs: nowUs,
    allowed: state.allowed + weightGranted,
    delayed: state.delayed + (request.delayed ?? 0),
    delayedMs: state.delayedMs + (request.delayedMs ?? 0),
    windows,
  };
  return { state: changed, answer: answer(granted, waitUs) };
}

/** Gives back what was granted and not used; see `refund`. */
export function release(state: LimiterState, grant: Omit<LimiterGrant, 'name'>): LimiterState {
  const windows = { ...state.windows };
  for (const name of limited(grant)) windows[name] = refund(windows[name] ?? [], grant.ticket, grant.weight);
  return { ...state, allowed: Math.max(0, state.allowed - grant.weight), windows };
}

/** Grants nothing for so long, beginning now. A shorter penalty does not end a longer one. */
export function penalize(state: LimiterState, rawUs: number, penaltyMs: number): LimiterState {
  const nowUs = advance(state, rawUs);
  const penaltyUntilUs = Math.max(state.penaltyUntilUs, nowUs + penaltyMs * 1_000);
  return { ...state, rawUs, logicalUs: nowUs, penaltyUntilUs };
}

/** How the limiter stands now, without changing it. Instants in the engine's clock. */
export function standingOf(name: string, state: LimiterState, rawUs: number): LimiterStanding {
  const nowUs = advance(state, rawUs);
  const atMs = (logicalUs: number) => (rawUs + logicalUs - nowUs) / 1_000;
  const windows = windowNames.flatMap((window) => {
    const lengthUs = windowLengthMs[window] * 1_000;
    const counted = slide(state.windows[window] ?? [], nowUs, lengthUs);
    const [first, last] = [counted[0], counted.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [
      [
        window,
        { current: weightOf(counted), nextAtMs: atMs(first.atUs + lengthUs), emptyAtMs: atMs(last.atUs + lengthUs) },
      ] as const,
    ];
  });
  return {
    name,
    atMs: rawUs / 1_000,
    windows: Object.fromEntries(windows),
    penalizedUntilMs: state.penaltyUntilUs > nowUs ? atMs(state.penaltyUntilUs) : null,
    allowed: state.allowed,
    delayed: state.delayed,
    delayedMs: state.delayedMs,
  };
}

function limited({ windows }: Pick<LimiterRequest, 'windows'>): readonly WindowName[] {
  return windowNames.filter((name) => windows[name] !== undefined);
}

function waitOf(
  request: Pick<LimiterRequest, 'windows'>,
  windows: LimiterState['windows'],
  name: WindowName,
  weight: number,
  nowUs: number,
): number {
  const window = windows[name] ?? [];
  const surplus = weightOf(window) + weight - (request.windows[name] ?? Number.POSITIVE_INFINITY);
  return surplus <= 0 ? 0 : waitForUs(window, surplus, nowUs, windowLengthMs[name] * 1_000);
}
