import { useEffect, useState } from 'react';

/** Nobody waits longer than this for what comes later. */
const patienceMs = 500;

/** True from when the page has drawn what `ready` stands for and is idle: for what may come a moment after it. */
export function useSettled(ready: boolean): boolean {
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (!ready) return;
    const settle = () => setSettled(true);
    // Safari has no idle callbacks.
    if (typeof requestIdleCallback === 'undefined') {
      const timer = setTimeout(settle, 50);
      return () => clearTimeout(timer);
    }
    const handle = requestIdleCallback(settle, { timeout: patienceMs });
    return () => cancelIdleCallback(handle);
  }, [ready]);
  return settled;
}
