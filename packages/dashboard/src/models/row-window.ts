/** The part of a long list that is drawn, and the room that stands for the rest. */
export interface RowWindow {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  readonly beforePx: number;
  readonly afterPx: number;
}

export interface RowWindowInput {
  readonly count: number;
  readonly heightOf: (index: number) => number;
  /** How far the top of the list is above the top of the view; negative while it is below. */
  readonly scrolledPx: number;
  readonly viewPx: number;
  /** Drawn beyond the view on either side, so that fast scrolling shows no hole. */
  readonly overscanPx: number;
}

export function rowWindow({ count, heightOf, scrolledPx, viewPx, overscanPx }: RowWindowInput): RowWindow {
  const fromPx = scrolledPx - overscanPx;
  const toPx = scrolledPx + viewPx + overscanPx;
  let first = 0;
  let beforePx = 0;
  while (first < count - 1 && beforePx + heightOf(first) <= fromPx) beforePx += heightOf(first++);
  let end = first;
  let reachedPx = beforePx;
  while (end < count && (end === first || reachedPx < toPx)) reachedPx += heightOf(end++);
  let afterPx = 0;
  for (let index = end; index < count; index++) afterPx += heightOf(index);
  return { first, end, beforePx, afterPx };
}

export function sameWindow(a: RowWindow, b: RowWindow): boolean {
  return a.first === b.first && a.end === b.end && a.beforePx === b.beforePx && a.afterPx === b.afterPx;
}
