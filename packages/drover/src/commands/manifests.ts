import { Fault } from '@drover/core';
import { loadConfig } from '../config/load-config.js';
import type { ManifestOptions } from '../manifests/manifest-options.js';
import { renderManifests } from '../manifests/render-manifests.js';
import { type EngineArguments, engineOf } from './open-access.js';

/** `drover manifests`: prints what the configuration needs in a cluster. */
export async function manifestsCommand(options: EngineArguments & ManifestOptions): Promise<void> {
  const config = await loadConfig(options.config, engineOf(options));
  if (![...config.queues.values()].some(({ actuator }) => actuator === 'kubernetes' || actuator === 'keda')) {
    throw new Fault('invalid_input', 'No queue of this configuration has the actuator "kubernetes" or "keda".');
  }
  process.stdout.write(renderManifests(config, options));
}
