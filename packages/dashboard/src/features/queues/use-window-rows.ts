import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useState } from 'react';

/** Lists up to this long are drawn whole: find-in-page and printing see all of them. */
const wholeBelow = 60;

/** Which of `count` rows to draw, for a list that scrolls with the page. */
export function useWindowRows(list: RefObject<HTMLElement | null>, count: number, rowHeight: number) {
  const top = useTopOf(list);
  const virtualizer = useWindowVirtualizer({
    count,
    estimateSize: () => rowHeight,
    overscan: count <= wholeBelow ? wholeBelow : 8,
    scrollMargin: top,
  });
  const items = virtualizer.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return { items, before, after, measure: virtualizer.measureElement, scrollTo: virtualizer.scrollToIndex };
}

/** Distance from the top of the page; what is above may grow. */
function useTopOf(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      if (element.current) setTop(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
