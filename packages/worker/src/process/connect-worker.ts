import { setTimeout as delay } from 'node:timers/promises';
import { judgeSkew } from './clock-skew.js';
import type { EngineAbsence } from './engine-absence.js';
import type { OwnedWorker } from './owned-worker.js';
import type { ProcessLog } from './process-log.js';

export interface ConnectWorkerOptions {
  /** Makes a worker that connects; called per try. */
  readonly create: () => OwnedWorker;
  readonly isStopping: () => boolean;
  readonly absence: EngineAbsence;
  readonly log: ProcessLog;
}

const CONNECT_RETRY_MS = 1_000;

/** A worker whose connection is up; tries until the engine lets it. `null` when told to stop meanwhile. */
export async function connectWorker({ create, isStopping, absence, log }: ConnectWorkerOptions) {
  for (;;) {
    const worker = create();
    try {
      await worker.waitUntilReady();
      return { worker, clock: tellSkew(await worker.clockSkewMs(), log) };
    } catch (error) {
      if (isStopping()) return null;
      absence.begin(error);
      // Its backend remembers the failure for ever; only a new worker can connect.
      worker.close(true).catch(() => undefined);
      await delay(CONNECT_RETRY_MS);
      if (isStopping()) return null;
    }
  }
}

/** What is to be said of clocks that are too far apart to work; `null` when they are not. */
function tellSkew(skewMs: number, log: ProcessLog): string | null {
  const verdict = judgeSkew(skewMs);
  if (verdict === 'fine') return null;
  const message =
    `The clocks of this machine and PostgreSQL are ${Math.abs(skewMs)} ms apart. BullMQ's job locks use this ` +
    "machine's clock: a worker whose clock is off takes running jobs from others. Set both clocks by NTP.";
  if (verdict === 'refused') return message;
  log('warn', message);
  return null;
}
