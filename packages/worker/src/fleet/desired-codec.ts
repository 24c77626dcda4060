import type { DesiredWorkerState } from '@drover/core';

/** Reads a stored desired state; `null` for anything that is none, so a damaged value changes nothing. */
export function toDesired(value: unknown): DesiredWorkerState | null {
  if (typeof value !== 'object' || value === null) return null;
  const desired = value as Partial<DesiredWorkerState>;
  const valid =
    typeof desired.version === 'number' &&
    (desired.run === 'run' || desired.run === 'drain' || desired.run === 'recycle') &&
    typeof desired.reason === 'string' &&
    typeof desired.graceMs === 'number';
  return valid ? (desired as DesiredWorkerState) : null;
}

export function parseDesired(text: string): DesiredWorkerState | null {
  try {
    return toDesired(JSON.parse(text));
  } catch {
    return null;
  }
}
