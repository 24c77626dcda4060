import type { ArrivalSeries, PastDecision, ScalingHistory, ScalingSample } from './scaling-history.js';

const STEP_MS = 10_000;
/** Three periods of an hour less one: two past bursts and their surroundings. */
const SERIES_STEPS = 900;
/** Samples of the last minutes stay as they came; older ones are added up to minutes. */
const FINE_MS = 5 * 60_000;
const MINUTE_MS = 60_000;
const KEEP_MS = 60 * MINUTE_MS;
const DECISIONS_MS = 20 * MINUTE_MS;
const TURNS_MS = 2 * 60 * MINUTE_MS;
const MOST_TURNS = 60;
const MOST_FINE = 400;
const MOST_DECISIONS = 400;

/** What `toJSON` gives, and `ScalingMemory.from` takes. */
export interface StoredScalingMemory {
  readonly v: 1;
  readonly samples: readonly ScalingSample[];
  readonly decisions: readonly PastDecision[];
  readonly series: ArrivalSeries;
  readonly lastUpMs?: number;
  readonly lastDownMs?: number;
  readonly turnsMs?: readonly number[];
}

/**
 * What decisions remember of one queue, in a bounded size however long it runs: samples of the
 * last minutes, minutes of the last hour, arrivals in steps of ten seconds over two and a half
 * hours, decisions of the last twenty minutes. Times that go backwards are left out.
 */
export class ScalingMemory {
  #samples: ScalingSample[] = [];
  #decisions: PastDecision[] = [];
  #arrivals: number[] = [];
  #endMs = 0;
  #lastUpMs: number | undefined;
  #lastDownMs: number | undefined;
  #turnsMs: number[] = [];

  static from(stored: StoredScalingMemory): ScalingMemory {
    const memory = new ScalingMemory();
    memory.#samples = [...stored.samples];
    memory.#decisions = [...stored.decisions];
    memory.#arrivals = [...stored.series.arrivals];
    memory.#endMs = stored.series.endMs;
    memory.#lastUpMs = stored.lastUpMs;
    memory.#lastDownMs = stored.lastDownMs;
    memory.#turnsMs = [...(stored.turnsMs ?? [])];
    return memory;
  }

  /** The state as decisions take it; it changes with the next push. */
  get history(): ScalingHistory {
    return {
      samples: this.#samples,
      decisions: this.#decisions,
      turnsMs: this.#turnsMs,
      series: { stepMs: STEP_MS, endMs: this.#endMs, arrivals: this.#arrivals },
      ...(this.#lastUpMs !== undefined && { lastUpMs: this.#lastUpMs }),
      ...(this.#lastDownMs !== undefined && { lastDownMs: this.#lastDownMs }),
    };
  }

  pushSample(sample: ScalingSample): void {
    const last = this.#samples.at(-1);
    if (sample.spanMs <= 0 || (last !== undefined && sample.atMs <= last.atMs)) return;
    this.#samples.push(sample);
    this.#addToSeries(sample);
    const oldest = this.#samples[0];
    const isFull = this.#samples.length > MOST_FINE + KEEP_MS / MINUTE_MS;
    if (oldest && (isFull || sample.atMs - oldest.atMs > KEEP_MS + 5 * MINUTE_MS)) this.#forget(sample.atMs);
    else if (this.#samples.length % 60 === 0) this.#forget(sample.atMs);
  }

  pushDecision({ atMs, action, targetWorkers, currentWorkers, enough }: PastDecision): void {
    const last = this.#decisions.at(-1);
    if (last !== undefined && atMs <= last.atMs) return;
    this.#decisions.push({ atMs, action, targetWorkers, currentWorkers, enough });
    if (action !== 'maintain') this.#noteTurn(action, atMs);
    if (action === 'scale_up') this.#lastUpMs = atMs;
    if (action === 'scale_down') this.#lastDownMs = atMs;
    if (this.#decisions.length <= MOST_DECISIONS) return;
    const recent = this.#decisions.filter((decision) => atMs - decision.atMs <= DECISIONS_MS);
    this.#decisions = recent.slice(-MOST_DECISIONS / 2);
  }

  toJSON(): StoredScalingMemory {
    return { v: 1, ...this.history, series: { stepMs: STEP_MS, endMs: this.#endMs, arrivals: [...this.#arrivals] } };
  }

  #noteTurn(action: 'scale_up' | 'scale_down', atMs: number): void {
    const [upMs, downMs] = [this.#lastUpMs ?? 0, this.#lastDownMs ?? 0];
    if (upMs === downMs || upMs > downMs === (action === 'scale_up')) return;
    this.#turnsMs = [...this.#turnsMs, atMs].filter((turnMs) => atMs - turnMs <= TURNS_MS).slice(-MOST_TURNS);
  }

  #forget(nowMs: number): void {
    const kept: ScalingSample[] = [];
    for (const sample of this.#samples) {
      const ageMs = nowMs - sample.atMs;
      if (ageMs > KEEP_MS) continue;
      const last = kept.at(-1);
      const joins = last !== undefined && ageMs > FINE_MS && minuteOf(last.atMs) === minuteOf(sample.atMs);
      if (joins) kept[kept.length - 1] = together(last, sample);
      else kept.push(sample);
    }
    this.#samples = kept.slice(-MOST_FINE - KEEP_MS / MINUTE_MS + 1);
  }

  /** A span that covers several steps is spread over them evenly. */
  #addToSeries({ atMs, spanMs, arrivals }: ScalingSample): void {
    const endMs = Math.ceil(atMs / STEP_MS) * STEP_MS;
    if (this.#arrivals.length === 0 || endMs - this.#endMs > SERIES_STEPS * STEP_MS) {
      this.#arrivals = [0];
      this.#endMs = endMs;
    }
    for (; this.#endMs < endMs; this.#endMs += STEP_MS) this.#arrivals.push(0);
    const first = this.#indexAt(atMs - spanMs + 1);
    const last = this.#indexAt(atMs);
    let left = arrivals;
    for (let index = first; index <= last; index++) {
      const share = Math.round(left / (last - index + 1));
      left -= share;
      if (index >= 0) this.#arrivals[index] = (this.#arrivals[index] ?? 0) + share;
    }
    if (this.#arrivals.length > SERIES_STEPS + 60) this.#arrivals.splice(0, this.#arrivals.length - SERIES_STEPS);
  }

  #indexAt(atMs: number): number {
    return this.#arrivals.length - 1 - (this.#endMs - Math.ceil(atMs / STEP_MS) * STEP_MS) / STEP_MS;
  }
}

const minuteOf = (atMs: number): number => Math.ceil(atMs / MINUTE_MS);

function together(earlier: ScalingSample, later: ScalingSample): ScalingSample {
  return {
    atMs: later.atMs,
    spanMs: earlier.spanMs + later.spanMs,
    arrivals: earlier.arrivals + later.arrivals,
    completions: earlier.completions + later.completions,
    serviceMs: earlier.serviceMs + later.serviceMs,
    serviceMsSquared: earlier.serviceMsSquared + later.serviceMsSquared,
  };
}
