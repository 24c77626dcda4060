import { useEffect, useRef } from 'react';

/** `p`, `?`, `mod+k` (Ctrl or ⌘), or two keys in a row: `g o`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** A second key counts for this long. */
const sequenceMs = 1_000;

/** The first key of a sequence, whoever waits for the second: the `j` of `g j` is not the `j` of a list. */
let begun: { readonly key: string; readonly by: KeyboardEvent; followedBy?: KeyboardEvent } | undefined;

/** Keys of the whole page. Silent while someone types, and under a dialog, but for those with a modifier. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const key = keyOf(event);
      const held = key.startsWith('mod+');
      if (event.defaultPrevented || event.altKey || (!held && isTaken(event.target))) return;
      const sequence = held ? undefined : sequenceOf(event, key);
      const run = latest.current[sequence ?? key];
      const begins = Object.keys(latest.current).some((shortcut) => shortcut.startsWith(`${key} `));
      if (sequence === undefined && begins) begun = { key, by: event };
      if (!run) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

/** `g j`, when this key is the first after a `g`, and in time. */
function sequenceOf(event: KeyboardEvent, key: string): string | undefined {
  if (begun === undefined || begun.by === event) return undefined;
  begun.followedBy ??= event;
  if (begun.followedBy !== event || event.timeStamp - begun.by.timeStamp >= sequenceMs) return undefined;
  return `${begun.key} ${key}`;
}

function keyOf({ key, ctrlKey, metaKey }: KeyboardEvent): string {
  return ctrlKey || metaKey ? `mod+${key.toLowerCase()}` : key;
}

function isTaken(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const typing = target.closest('input, textarea, select, [contenteditable=true]');
  return typing !== null || target.closest('dialog, [role=menu]') !== null;
}
