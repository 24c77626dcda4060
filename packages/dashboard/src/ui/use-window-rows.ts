import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { type RowWindow, rowWindow, sameWindow } from '../models/row-window';

const overscanPx = 480;
/** The window moves in jumps of this: not at every pixel that is scrolled. */
const jumpPx = 288;
/** Lists up to this long are drawn whole: find-in-page and printing see all of them. */
const wholeBelow = 60;

/**
 * Which of `count` rows to draw, for a list that scrolls with the page. Rows carry `data-index`;
 * `rowHeight` is exact where `fixed`, else a guess until a row was drawn and measured.
 */
export function useWindowRows(
  list: RefObject<HTMLElement | null>,
  count: number,
  { rowHeight, fixed }: { rowHeight: number; fixed: boolean },
) {
  const measured = useRef<{ rowHeight: number; heights: number[] }>({ rowHeight, heights: [] });
  if (measured.current.rowHeight !== rowHeight) measured.current = { rowHeight, heights: [] };
  const heightOf = (index: number) => measured.current.heights[index] ?? rowHeight;

  const windowAt = (scrolledPx: number, extraPx: number): RowWindow =>
    count <= wholeBelow
      ? { first: 0, end: count, beforePx: 0, afterPx: 0 }
      : rowWindow({ count, heightOf, scrolledPx, viewPx: window.innerHeight, overscanPx: extraPx });
  const compute = (): RowWindow => {
    const abovePx = -(list.current?.getBoundingClientRect().top ?? 0);
    return windowAt(Math.round(abovePx / jumpPx) * jumpPx, overscanPx);
  };
  // At first what one screen shows: the rows beyond it are drawn when those are on the screen.
  const [held, setHeld] = useState(() => windowAt(0, 0));
  const update = () => {
    const next = compute();
    setHeld((now) => (sameWindow(now, next) ? now : next));
  };

  const drawn = useRef(false);
  const latest = useRef(update);
  latest.current = update;
  useLayoutEffect(() => {
    if (fixed) return;
    for (const row of list.current?.querySelectorAll<HTMLElement>('[data-index]') ?? []) {
      measured.current.heights[Number(row.dataset.index)] = row.offsetHeight;
    }
    latest.current();
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list, or other rows, is another window.
  useLayoutEffect(() => {
    // Asking where the list is would lay out the page a second time before it is first painted.
    if (drawn.current || window.scrollY > 0) latest.current();
  }, [count, rowHeight]);
  useEffect(() => {
    drawn.current = true;
    const soon = setTimeout(() => latest.current());
    return () => clearTimeout(soon);
  }, []);
  useEffect(() => {
    const onMove = () => latest.current();
    window.addEventListener('scroll', onMove, { passive: true });
    window.addEventListener('resize', onMove);
    return () => {
      window.removeEventListener('scroll', onMove);
      window.removeEventListener('resize', onMove);
    };
  }, []);

  const scrollTo = (index: number) => {
    const listTop = (list.current?.getBoundingClientRect().top ?? 0) + window.scrollY;
    let top = listTop;
    for (let row = 0; row < index; row++) top += heightOf(row);
    window.scrollTo({ top: top - window.innerHeight / 2 });
  };
  // A filter may have shortened the list since the window was computed.
  const end = Math.min(held.end, count);
  return { ...held, first: Math.min(held.first, Math.max(0, count - 1)), end, scrollTo };
}
