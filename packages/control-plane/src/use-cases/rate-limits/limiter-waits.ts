import type { FleetRegistry, WorkerReport } from '@drover/core';

/** Reports are read at most once in so long, however many ask. */
const FRESH_MS = 1_000;

export interface Waits {
  readonly waiting: number;
  readonly waitingByQueue: Record<string, number>;
}

/** Who waits for a limiter now, as the workers last told: by any replica, without the leader. */
export function limiterWaits(
  fleet: Pick<FleetRegistry, 'readReports'>,
  nowMs: () => number,
): (limiterName: string) => Promise<Waits> {
  let reading: Promise<readonly WorkerReport[]> | null = null;
  let readAtMs = 0;
  const reports = (): Promise<readonly WorkerReport[]> => {
    if (reading !== null && Math.abs(nowMs() - readAtMs) < FRESH_MS) return reading;
    readAtMs = nowMs();
    const fresh = fleet.readReports();
    // A failure is for those who asked now; the next one asks again.
    fresh.catch(() => {
      if (reading === fresh) reading = null;
    });
    reading = fresh;
    return fresh;
  };
  return async (limiterName) => waitsIn(await reports(), limiterName);
}

export function waitsIn(reports: readonly WorkerReport[], limiterName: string): Waits {
  const byQueue = new Map<string, number>();
  for (const { queueName, state, limiterWaits: waits } of reports) {
    const waiting = waits !== undefined && Object.hasOwn(waits, limiterName) ? waits[limiterName] : undefined;
    if (state === 'stopped' || typeof waiting !== 'number' || !(waiting > 0)) continue;
    byQueue.set(queueName, (byQueue.get(queueName) ?? 0) + waiting);
  }
  const waitingByQueue = Object.fromEntries(byQueue);
  return { waiting: [...byQueue.values()].reduce((sum, waiting) => sum + waiting, 0), waitingByQueue };
}
