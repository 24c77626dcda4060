import { ActuatorDuty, createActuators, withPlatforms } from '@drover/control-plane';
import type { Engine } from '@drover/core';
import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { version } from '../version.js';
import type { Shutdown } from './shutdown.js';
import { systemClock } from './system-clock.js';

export interface Platforms {
  /** As the leader sees it: with the platforms among its hosts. */
  readonly engine: Engine;
  readonly duty: ActuatorDuty;
}

/** Platforms that run workers outside of our hosts; `null` where the configuration names none. */
export function createPlatforms(
  config: ResolvedConfig,
  engine: Engine,
  reasonFor: (queueName: string) => string,
  log: Logger,
  shutdown: Shutdown,
): Platforms | null {
  const { kubernetes, webhook } = config.actuators;
  const actuators = createActuators({ queues: config.queues, kubernetes, webhook }, systemClock, process.env);
  if (actuators.byQueue.size === 0) return null;
  const duty = new ActuatorDuty({
    actuators: actuators.byQueue,
    reasonFor,
    clock: systemClock,
    log: log.child({ part: 'actuators' }),
  });
  shutdown.add('actuators', async () => {
    await duty.stop();
    actuators.close();
  });
  const runs = new Map(
    [...config.queues.values()].map(({ queueName, minWorkers, maxWorkers, concurrency, priority }) => {
      return [queueName, { minWorkers, maxWorkers, slots: concurrency, priority }] as const;
    }),
  );
  const { byQueue } = actuators;
  const fleet = withPlatforms(engine.fleet, { duty, actuators: byQueue, runs, version, nowMs: systemClock.nowMs });
  return { engine: { ...engine, fleet }, duty };
}
