export interface SelectionChange {
  readonly key: string;
  readonly checked: boolean;
  /** With shift: the row that was clicked before; those between follow. */
  readonly from?: string | undefined;
}

/** The selection after a click. Rows that are no longer listed drop out of it. */
export function nextSelection(
  selected: ReadonlySet<string>,
  listed: readonly string[],
  { key, checked, from }: SelectionChange,
): ReadonlySet<string> {
  const next = new Set(listed.filter((candidate) => selected.has(candidate)));
  const at = listed.indexOf(key);
  const start = from === undefined ? -1 : listed.indexOf(from);
  const touched = start === -1 ? [key] : listed.slice(Math.min(at, start), Math.max(at, start) + 1);
  for (const candidate of touched) {
    if (checked) next.add(candidate);
    else next.delete(candidate);
  }
  return next;
}
