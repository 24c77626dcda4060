import type { Clock } from '@drover/core';
import type { FleetScaling } from '../use-cases/scaling/fleet-scaling.js';
import { rest } from './rest.js';

export interface RhythmOptions {
  /** One tick; answers how long to rest until the next (ms). Must not reject. */
  readonly step: () => Promise<number>;
  /** Between two ticks, for the queues that called meanwhile; `null`: all. Must not reject. */
  readonly answer: (queueNames: ReadonlySet<string> | null) => Promise<void>;
  /** Who calls between ticks. */
  readonly calls: Pick<FleetScaling, 'onCall'> | undefined;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

export interface Rhythm {
  /** Resolves when what is under way has ended. */
  stop(): Promise<void>;
}

/** Tick after tick, and calls answered in the rests between: one thing at a time, always. */
export function startRhythm({ step, answer, calls, clock }: RhythmOptions): Rhythm {
  const stopping = new AbortController();
  let called = new AbortController();
  let callers: Set<string> | null = new Set();
  const unsubscribe = calls?.onCall((queueNames) => {
    if (queueNames === null) callers = null;
    else for (const queueName of queueNames) callers?.add(queueName);
    called.abort();
  });

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      let restMs = await step();
      const nextAtMs = clock.monotonicMs() + restMs;
      do {
        await rest(restMs, AbortSignal.any([stopping.signal, called.signal]));
        if (!called.signal.aborted || stopping.signal.aborted) break;
        const queueNames = callers;
        called = new AbortController();
        callers = new Set();
        await answer(queueNames);
        restMs = nextAtMs - clock.monotonicMs();
      } while (restMs > 0 && !stopping.signal.aborted);
    }
  })();

  return {
    async stop() {
      stopping.abort();
      unsubscribe?.();
      await loop;
    },
  };
}
