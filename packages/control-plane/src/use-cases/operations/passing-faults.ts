import { Fault, type FaultCode } from '@drover/core';

const passing: readonly FaultCode[] = ['engine_unavailable', 'engine_timeout', 'engine_full'];

/** The engine may be back in a while; everything else does not get better by waiting. */
export function isPassing(error: unknown): boolean {
  return error instanceof Fault && passing.includes(error.code);
}
