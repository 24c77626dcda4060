import { stringify } from 'yaml';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { controlPlaneManifests } from './control-plane-manifests.js';
import { kedaManifests } from './keda-manifests.js';
import type { Manifest, ManifestOptions } from './manifest-options.js';
import { clusterQueues, workerManifests } from './worker-manifests.js';

type Config = Pick<ResolvedConfig, 'queues' | 'actuators'>;

/** Everything that a configuration needs in a cluster, beside its Secret. */
export function planManifests(config: Config, options: ManifestOptions): Manifest[] {
  const { keda } = config.actuators;
  return [
    ...controlPlaneManifests(config, options),
    ...clusterQueues(config).flatMap((queue) => [
      ...workerManifests(queue, options),
      ...(queue.actuator === 'keda' && keda ? kedaManifests(queue, keda, options) : []),
    ]),
  ];
}

/** As a file for `kubectl apply -f`. */
export function renderManifests(config: Config, options: ManifestOptions): string {
  return planManifests(config, options)
    .map((manifest) => stringify(manifest, { aliasDuplicateObjects: false, lineWidth: 0 }))
    .join('---\n');
}
