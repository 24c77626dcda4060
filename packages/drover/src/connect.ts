import { type EngineOptions, openQueues, type QueueConnection } from '@drover/engines';
import { loadConfig } from './config/load-config.js';
import type { DroverConfig } from './config/schema.js';

export type ConnectOptions = Pick<DroverConfig, 'engine' | 'dataDir'> & {
  /** Path of the configuration; `drover.config.*` of the working folder by default. */
  readonly config?: string;
};

/**
 * Connects a program that adds jobs to the engine that Drover runs on: the same
 * configuration file and environment, so that `embedded` just works.
 *
 * @throws Fault `engine_unavailable` when nothing answers, for `embedded` when `drover start` does not run.
 */
export async function connect(options: ConnectOptions = {}): Promise<QueueConnection> {
  const { config: file, ...overrides } = options;
  const { engine, dataDir, prefix, schema, statePrefix } = await loadConfig(file, overrides);
  const engineOptions: EngineOptions = { dataDir, prefix, schema, statePrefix };
  return openQueues(engine, engineOptions);
}
