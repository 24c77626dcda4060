import { useEffect, useRef } from 'react';

/** `p`, `?`, `mod+k` (Ctrl or ⌘), or two keys in a row: `g o`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** A second key counts for this long. */
const sequenceMs = 1_000;

/** Keys of the whole page. Silent while someone types, and under a dialog, but for those with a modifier. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let first: { key: string; atMs: number } | undefined;
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyOf(event);
      const held = key.startsWith('mod+');
      if (event.defaultPrevented || event.altKey || (!held && isTaken(event.target))) return;
      const inTime = first !== undefined && event.timeStamp - first.atMs < sequenceMs;
      const run = (inTime && latest.current[`${first?.key} ${key}`]) || latest.current[key];
      first = { key, atMs: event.timeStamp };
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function keyOf({ key, ctrlKey, metaKey }: KeyboardEvent): string {
  return ctrlKey || metaKey ? `mod+${key.toLowerCase()}` : key;
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const typing = target.closest('input, textarea, select, [contenteditable=true]');
  return typing !== null || target.closest('dialog, [role=menu]') !== null;
}
