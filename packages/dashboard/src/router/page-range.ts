import { leaveFixedRange, timeRangeParams } from '../models/time-range';
import { setParams } from './location';

/** Closer than this there is nothing to see: points are 10 s apart. */
const closestMs = 60_000;

/** Makes a part of a chart the time range of the page. */
export function zoomPage(fromMs: number, toMs: number): void {
  const widen = Math.max(0, closestMs - (toMs - fromMs)) / 2;
  setParams(timeRangeParams({ kind: 'fixed', fromMs: fromMs - widen, toMs: toMs + widen }));
}

/** Back to the range before; nothing where none was chosen. */
export function zoomPageOut(): void {
  setParams(leaveFixedRange);
}
