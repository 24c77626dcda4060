import type { AlertSeverity } from '@drover/contract';

export type ChartEventKind = 'alert' | 'scale_up' | 'scale_down' | 'recycle' | 'pause' | 'resume' | 'operation';

/** One or two words for each, for a key and a list. */
export const eventWords: Record<ChartEventKind, string> = {
  alert: 'Alert',
  scale_up: 'Scaled up',
  scale_down: 'Scaled down',
  recycle: 'Recycled',
  pause: 'Paused',
  resume: 'Resumed',
  operation: 'Operation',
};

/** Something that happened to what a chart shows. */
export interface ChartEvent {
  /** Wall clock, ms. */
  readonly atMs: number;
  readonly kind: ChartEventKind;
  /** What happened, in one line. */
  readonly label: string;
  readonly severity?: AlertSeverity | undefined;
}

/** Events that stand too close to be told apart: one mark for all of them. */
export interface EventMark {
  /** Px from the left end of the plot. */
  readonly leftPx: number;
  readonly events: readonly ChartEvent[];
}

export interface EventMarksInput {
  readonly events: readonly ChartEvent[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly widthPx: number;
}

/** A mark is 15 px wide. */
const apartPx = 16;

/** Marks of what lies in the range, from left to right; each stands at the first of its events. */
export function eventMarks({ events, fromMs, toMs, widthPx }: EventMarksInput): EventMark[] {
  const spanMs = toMs - fromMs;
  if (spanMs <= 0 || widthPx <= 0) return [];
  const inside = events.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).toSorted((a, b) => a.atMs - b.atMs);
  const marks: { leftPx: number; events: ChartEvent[] }[] = [];
  for (const event of inside) {
    const leftPx = ((event.atMs - fromMs) / spanMs) * widthPx;
    const last = marks.at(-1);
    if (last && leftPx - last.leftPx < apartPx) last.events.push(event);
    else marks.push({ leftPx, events: [event] });
  }
  return marks;
}
