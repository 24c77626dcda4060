import { Fault, type SettingsDocument } from '@drover/core';

export function settingsConflict(key: string, expected: number, current: SettingsDocument | null): Fault {
  const found = current === null ? 'it does not exist' : `it has version ${current.version}`;
  return new Fault(
    'conflict',
    `Somebody else changed "${key}" meanwhile: expected version ${expected}, but ${found}. Read it again, then repeat the change.`,
    {
      details: { current },
    },
  );
}

/** Tombstones that are kept; a replica that slept through more deletions has to start over. */
export const MAX_TOMBSTONES = 10_000;

export function changesLost(revision: number): Fault {
  return new Fault(
    'conflict',
    `The deletions since settings revision ${revision} are no longer all known: read everything again, from revision 0.`,
  );
}

export const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
