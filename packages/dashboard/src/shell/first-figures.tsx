import { useSystemStatus } from '@drover/react';
import { type ReactNode, useEffect, useState } from 'react';

/** What comes sooner than this needs no skeleton: drawing one would only hold up the figures themselves. */
const skeletonAfterMs = 200;

/** Draws the page once the first figures are there, or after a moment without them. */
export function FirstFigures({ before, children }: { before: ReactNode; children: ReactNode }) {
  const { data, error } = useSystemStatus();
  const [waiting, setWaiting] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setWaiting(false), skeletonAfterMs);
    return () => clearTimeout(timer);
  }, []);
  // Once drawn it stays, whatever becomes of the figures.
  useEffect(() => {
    if (data || error) setWaiting(false);
  }, [data, error]);
  return waiting && !data && !error ? before : children;
}
