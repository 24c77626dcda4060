import type { IScaledObject, ITriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import type { ResolvedKeda } from '../config/resolve-actuators.js';
import type { ResolvedQueue } from '../config/resolve-config.js';
import { CONTROL_PLANE, type Manifest, type ManifestOptions } from './manifest-options.js';
import { labelsOf } from './pod-template.js';

/** KEDA reads it from the worker's environment, so it is in the workers' Secret. */
const TOKEN = 'DROVER_KEDA_TOKEN';

/**
 * KEDA carries a queue's decision out: it reads `drover-workers` with a target of one each, so
 * its HPA arrives at our number. The HPA's own brakes are off, for the decision has them; and
 * zero is left within a poll, or at once by the pushing trigger.
 */
export function kedaManifests(queue: ResolvedQueue, keda: ResolvedKeda, options: ManifestOptions): Manifest[] {
  const namespace = queue.workload.namespace ?? options.namespace;
  const metadata = { name: queue.workload.name, namespace, labels: labelsOf('scaling', queue.queueName) };
  const steps = { policies: [{ type: 'Percent', value: 100, periodSeconds: 1 }], stabilizationWindowSeconds: 0 };
  const scaledObject: IScaledObject = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata,
    spec: {
      scaleTargetRef: { name: queue.workload.name },
      minReplicaCount: queue.minWorkers,
      maxReplicaCount: Math.max(1, queue.maxWorkers),
      pollingInterval: 5,
      cooldownPeriod: 10,
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: {
            scaleUp: { ...steps, policies: [...steps.policies, { type: 'Pods', value: 1_000, periodSeconds: 1 }] },
            scaleDown: steps,
          },
        },
      },
      triggers: [
        {
          type: 'external-push',
          metadata: {
            scalerAddress: `${CONTROL_PLANE}.${options.namespace}.svc:${keda.port}`,
            queueName: queue.queueName,
            ...(keda.token !== null && { tokenFromEnv: TOKEN }),
            ...(keda.tls !== null && { enableTLS: 'true' }),
          },
          ...(keda.tls !== null && { authenticationRef: { name: queue.workload.name } }),
        },
      ],
    },
  };
  if (keda.tls === null) return [scaledObject];
  // Keys as cert-manager names them.
  const of = (parameter: string, key: string) => ({ parameter, name: `${options.secret}-keda-client`, key });
  const authentication: ITriggerAuthentication = {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata,
    spec: {
      secretTargetRef: [
        of('caCert', 'ca.crt'),
        ...(keda.tls.clientCaFile === null ? [] : [of('tlsClientCert', 'tls.crt'), of('tlsClientKey', 'tls.key')]),
      ],
    },
  };
  return [authentication, scaledObject];
}
