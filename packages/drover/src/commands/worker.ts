import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import { SECRET_VARIABLES, SPEC_VARIABLE, workerProcessMain } from '@drover/worker/process';
import { loadConfig } from '../config/load-config.js';
import { currentWorkerEngine } from '../start/worker-engine.js';
import { newWorkerId, workerSpec } from '../start/worker-spec.js';
import { type EngineArguments, engineOf } from './open-access.js';

/**
 * `drover worker <queue>`: becomes one worker. It runs in this very process, so that a
 * container's signals and exit code are the worker's own.
 */
export async function workerCommand(queueName: string, options: EngineArguments): Promise<void> {
  const config = await loadConfig(options.config, engineOf(options));
  const worker = { queueName, workerId: newWorkerId(queueName), host: hostname() };
  const spec = workerSpec(config, await currentWorkerEngine(config), worker);
  // This process runs jobs from now on.
  for (const name of SECRET_VARIABLES) delete process.env[name];
  process.env[SPEC_VARIABLE] = JSON.stringify(spec);
  await import(pathToFileURL(workerProcessMain).href);
}
