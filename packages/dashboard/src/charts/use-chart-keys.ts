import { type KeyboardEvent, useRef, useState } from 'react';
import { timeLabel } from '../models/format';
import { nearestIndex } from '../models/timeline';
import type { CursorStore } from './cursor-store';

/** A part of the time axis that is marked, to be zoomed into. */
export interface Selection {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ChartKeys {
  readonly timesMs: readonly number[];
  readonly cursor: CursorStore;
  /** The numbers of an instant, in words. */
  readonly describe: (index: number) => string;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onZoomOut: (() => void) | undefined;
  readonly onTable: () => void;
}

/**
 * What a chart does with keys, as the pointer does by moving and dragging: arrows move the crosshair, with Shift they
 * mark a range, Enter zooms into it, Backspace goes back, Esc takes away what is marked, `t` shows the table.
 */
export function useChartKeys({ timesMs, cursor, describe, onZoom, onZoomOut, onTable }: ChartKeys) {
  const [selection, setSelection] = useState<Selection>();
  // Said only of what a key did: a pointer that passes must not make a screen reader talk.
  const [said, say] = useState('');
  const anchor = useRef<number>(undefined);

  const clear = () => {
    anchor.current = undefined;
    setSelection(undefined);
  };
  const move = (key: string, extend: boolean): boolean => {
    const before = cursor.get() ?? timesMs.at(-1);
    const index = nextIndex(timesMs, cursor.get(), key);
    const at = index === undefined ? undefined : timesMs[index];
    if (index === undefined || at === undefined || before === undefined) return false;
    cursor.set(at);
    if (!extend) {
      clear();
      say(`${timeLabel(at, 0)}: ${describe(index)}`);
      return true;
    }
    anchor.current ??= before;
    const [fromMs, toMs] = [Math.min(anchor.current, at), Math.max(anchor.current, at)];
    setSelection(fromMs < toMs ? { fromMs, toMs } : undefined);
    say(fromMs < toMs ? `${timeLabel(fromMs, 0)} to ${timeLabel(toMs, 0)} marked. Enter zooms in.` : '');
    return true;
  };
  const zoom = (): boolean => {
    if (!selection) return false;
    onZoom(selection.fromMs, selection.toMs);
    clear();
    say('Zoomed in. Backspace goes back.');
    return true;
  };
  const unmark = (): boolean => {
    if (!selection && cursor.get() === undefined) return false;
    clear();
    cursor.set(undefined);
    say('');
    return true;
  };
  const act = (event: KeyboardEvent): boolean => {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    switch (event.key) {
      case 't':
        onTable();
        return true;
      case 'Enter':
        return zoom();
      case 'Backspace':
        onZoomOut?.();
        return onZoomOut !== undefined;
      case 'Escape':
        return unmark();
      default:
        return move(event.key, event.shiftKey);
    }
  };
  return {
    selection,
    said,
    onKeyDown: (event: KeyboardEvent) => {
      if (act(event)) event.preventDefault();
    },
    onBlur: () => {
      clear();
      cursor.set(undefined);
      say('');
    },
  };
}

/** Where a key moves the crosshair: arrows by one point, Home and End to the ends. From nowhere, the left arrow begins at the newest. */
export function nextIndex(timesMs: readonly number[], nowMs: number | undefined, key: string): number | undefined {
  const last = timesMs.length - 1;
  const at = nowMs === undefined ? last + 1 : (nearestIndex(timesMs, nowMs) ?? 0);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[key];
  return next === undefined || last < 0 ? undefined : Math.min(last, Math.max(0, next));
}
