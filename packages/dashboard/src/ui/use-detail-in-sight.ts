import { type RefObject, useEffect, useRef } from 'react';
import { narrowQuery } from './use-media';

/** Brings what was chosen into sight where it stands below the list: a choice must be seen to do something. */
export function useDetailInSight(chosen: string | null): RefObject<HTMLDivElement | null> {
  const detail = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen === null || !window.matchMedia(narrowQuery).matches) return;
    detail.current?.scrollIntoView({ block: 'start' });
  }, [chosen]);
  return detail;
}
