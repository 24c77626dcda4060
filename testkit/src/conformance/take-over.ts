import type { Engine, Fence } from '@drover/core';

const LONG_MS = 60_000;

/** Two epochs of one lease: that of a leader who was succeeded, and its successor's. */
export async function takeOver(engine: Engine, name: string): Promise<{ stale: Fence; current: Fence }> {
  const first = await engine.lease.acquire(name, 'old-leader', LONG_MS);
  await engine.lease.release(name, 'old-leader');
  const second = await engine.lease.acquire(name, 'new-leader', LONG_MS);
  if (first === null || second === null) throw new Error('the lease was not free');
  return { stale: { name, epoch: first.epoch }, current: { name, epoch: second.epoch } };
}
