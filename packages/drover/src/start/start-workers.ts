import { hostname } from 'node:os';
import { createLocalSupervisor, type LocalSupervisor } from '@drover/control-plane';
import { type Engine, keepAdoptedMsFor } from '@drover/core';
import { spawnWorkerProcess } from '@drover/worker/process';
import type { Logger } from 'pino';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { version } from '../version.js';
import { startLocalHost } from './local-host.js';
import type { Shutdown } from './shutdown.js';
import type { ControlPlane } from './start-control-plane.js';
import { systemClock } from './system-clock.js';
import { currentWorkerEngine } from './worker-engine.js';
import { workerSpec } from './worker-spec.js';

/** Makes this process a host of the fleet; with `config.runWorkers` one that runs the workers assigned to it. */
export async function startWorkers(
  config: ResolvedConfig,
  { engine, instanceId, memory }: Pick<ControlPlane, 'engine' | 'instanceId' | 'memory'>,
  log: Logger,
  shutdown: Shutdown,
): Promise<void> {
  const supervisor = config.runWorkers ? await startSupervisor(config, log, engine, instanceId) : null;
  const graceMs = Math.max(0, ...[...config.queues.values()].map((queue) => queue.graceMs));
  if (supervisor) shutdown.add('workers', () => supervisor.stop({ graceMs }));
  const host = startLocalHost({ engine, config, instanceId, version, log, supervisor, memory });
  shutdown.add('host', () => host.stop());
}

async function startSupervisor(
  config: ResolvedConfig,
  log: Logger,
  engine: Engine,
  instanceId: string,
): Promise<LocalSupervisor> {
  const workerEngine = await currentWorkerEngine(config);
  const host = hostname();
  return createLocalSupervisor({
    host,
    instanceId,
    fleet: engine.fleet,
    clock: systemClock,
    log: log.child({ part: 'workers' }),
    limits: { keepAdoptedMs: keepAdoptedMsFor(config.tickMs) },
    spawn: (worker) => spawnWorkerProcess(workerSpec(config, workerEngine, { ...worker, host })),
  });
}
