import { type Clock, type Operation, type QueuePart, updatePart } from '@drover/core';
import type { JobTargets } from './job-targets.js';
import type { SliceGate } from './slice-gate.js';

/** An operation that this control plane works on, as its parts see it. */
export interface OperationInHand {
  readonly targets: JobTargets;
  readonly gate: SliceGate;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Parts of rest to one part of work; `REST_PER_WORK` unless told. */
  readonly restPerWork: number | undefined;
  current(): Operation;
  change(next: Operation): void;
  /** Writes the record, and learns of a cancel. */
  save(): Promise<void>;
  /** Writes it when the last time was half a second ago. */
  checkpoint(): Promise<void>;
  /** Throws while the lease is not known to be ours. */
  requireLease(): void;
  /** Tries again until the engine is there; `undefined` when this control plane stops before. */
  patiently<T>(work: () => Promise<T>): Promise<T | undefined>;
}

/** False once it was cancelled, or this control plane stops. */
export function goesOn({ current, signal }: OperationInHand): boolean {
  return !signal.aborted && current().cancel === undefined;
}

export function partAt(hand: OperationInHand, index: number): QueuePart {
  const part = hand.current().queues[index];
  if (part === undefined) throw new Error(`the operation has no queue ${index}`);
  return part;
}

export function changePart(hand: OperationInHand, index: number, change: Partial<QueuePart>): void {
  hand.change(updatePart(hand.current(), index, change));
}
