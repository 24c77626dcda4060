import { Fault } from '@drover/core';

/** Where a walk over jobs goes on: opaque to callers, strings that the adapter understands. */
export function encodeCursor(parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** The parts of a cursor, or `start` where there is none yet. */
export function decodeCursor<Parts extends readonly string[]>(cursor: string | null, start: Parts): Parts {
  if (cursor === null) return start;
  const parts: unknown = JSON.parse(cursor);
  const sound =
    Array.isArray(parts) && parts.length === start.length && parts.every((part) => typeof part === 'string');
  if (!sound) throw new Fault('invalid_input', 'This is no cursor of a walk over these jobs.');
  return parts as readonly string[] as Parts;
}
