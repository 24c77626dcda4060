import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { ResolvedConfig, ResolvedQueue } from '../config/resolve-config.js';
import { engineSecretOf, HEALTH_PORT, type Manifest, type ManifestOptions } from './manifest-options.js';
import { hardened, labelsOf, podOf } from './pod-template.js';

/** After its grace a worker hands jobs back and stores its last report; only then may the kubelet kill it. */
const AFTER_GRACE_SECONDS = 10;
/** Node holds more than the resident memory that we limit: the worker must act before the kernel does. */
const MEMORY_MARGIN = 1.25;

/** Queues whose workers are Deployments of this cluster. */
export function clusterQueues({ queues }: Pick<ResolvedConfig, 'queues'>): ResolvedQueue[] {
  return [...queues.values()].filter(
    ({ actuator, processor, workload }) =>
      (actuator === 'kubernetes' || actuator === 'keda') &&
      processor !== null &&
      workload.group === 'apps' &&
      workload.plural === 'deployments',
  );
}

/** One queue's workers, and how many of them may be taken away at once. */
export function workerManifests(queue: ResolvedQueue, options: ManifestOptions): Manifest[] {
  const labels = labelsOf('worker', queue.queueName);
  const metadata = { name: queue.workload.name, namespace: queue.workload.namespace ?? options.namespace, labels };
  // Names may differ where labels do not: this one is the Deployment's own.
  const matchLabels = { ...labels, 'app.kubernetes.io/instance': queue.workload.name };
  const container = hardened(
    {
      name: 'worker',
      args: ['worker', queue.queueName],
      env: [{ name: 'DROVER_HEALTH_PORT', value: String(HEALTH_PORT) }],
      ports: [{ name: 'health', containerPort: HEALTH_PORT }],
      resources: {
        requests: { cpu: '100m', memory: `${Math.ceil(queue.memory.softLimitMB)}Mi` },
        limits: { memory: `${Math.ceil(queue.memory.hardLimitMB * MEMORY_MARGIN)}Mi` },
      },
      // A loop that is blocked for a minute has lost its jobs' locks.
      livenessProbe: {
        httpGet: { path: '/healthz', port: 'health' },
        periodSeconds: 20,
        timeoutSeconds: 10,
        failureThreshold: 3,
      },
      // Ready pods are what is counted as workers, and how a start is timed.
      readinessProbe: { httpGet: { path: '/readyz', port: 'health' }, periodSeconds: 2, timeoutSeconds: 2 },
      startupProbe: { httpGet: { path: '/healthz', port: 'health' }, periodSeconds: 2, failureThreshold: 60 },
    },
    options.image,
    [engineSecretOf(options)],
  );
  const deployment: IDeployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: {
      // No replicas: applying the file again would undo what was scaled since.
      selector: { matchLabels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: { labels: matchLabels },
        spec: podOf(container, {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: Math.ceil(queue.graceMs / 1_000) + AFTER_GRACE_SECONDS,
        }),
      },
    },
  };
  const budget: IPodDisruptionBudget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: '25%', selector: { matchLabels } },
  };
  return [deployment, budget];
}
