import { requiredRules, type WorkloadWish } from '@drover/control-plane';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1';
import type { IRole, IRoleBinding } from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import type { IService, IServiceAccount } from 'kubernetes-models/v1';
import type { ResolvedConfig } from '../config/resolve-config.js';
import { CONTROL_PLANE, engineSecretOf, HTTP_PORT, type Manifest, type ManifestOptions } from './manifest-options.js';
import { hardened, labelsOf, podOf } from './pod-template.js';

/** The leader gives its lease up, and streams end, within this. */
const GRACE_SECONDS = 30;

type Config = Pick<ResolvedConfig, 'queues' | 'actuators'>;

/** Control plane: who it is, what it may do, where it is reached. */
export function controlPlaneManifests(config: Config, options: ManifestOptions): Manifest[] {
  const { namespace } = options;
  const labels = labelsOf('control-plane');
  const metadata = { name: CONTROL_PLANE, namespace, labels };
  const { keda } = config.actuators;
  const ports = [
    { name: 'http', containerPort: HTTP_PORT },
    ...(keda ? [{ name: 'keda', containerPort: keda.port }] : []),
  ];
  const account: IServiceAccount = { apiVersion: 'v1', kind: 'ServiceAccount', metadata };
  const service: IService = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: {
      selector: labels,
      ports: ports.map(({ name, containerPort }) => ({ name, port: containerPort, targetPort: name })),
    },
  };
  const budget: IPodDisruptionBudget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  };
  return [account, ...access(config, options), deployment(options, ports, labels), service, budget];
}

function deployment(
  options: ManifestOptions,
  ports: { name: string; containerPort: number }[],
  labels: Record<string, string>,
): IDeployment {
  const container = hardened(
    {
      name: 'drover',
      args: ['start', '--no-workers', '--host', '0.0.0.0', '--port', String(HTTP_PORT)],
      ports,
      resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { memory: '512Mi' } },
      // Alive is not ready: a restart mends no engine that is away.
      livenessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 10, timeoutSeconds: 5 },
      readinessProbe: { httpGet: { path: '/readyz', port: 'http' }, periodSeconds: 5, timeoutSeconds: 5 },
      // Until the engine answers for the first time, nothing listens.
      startupProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 2, failureThreshold: 60 },
    },
    options.image,
    [options.secret, engineSecretOf(options)],
  );
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: CONTROL_PLANE, namespace: options.namespace, labels },
    spec: {
      replicas: options.replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels },
        spec: podOf(container, {
          serviceAccountName: CONTROL_PLANE,
          automountServiceAccountToken: true,
          terminationGracePeriodSeconds: GRACE_SECONDS,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: labels },
            },
          ],
        }),
      },
    },
  };
}

/** A Role in each namespace that workloads are scaled in; of nothing but these. */
function access({ queues, actuators }: Config, { namespace }: ManifestOptions): Manifest[] {
  const scaled = [...queues.values()].filter(({ actuator }) => actuator === 'kubernetes');
  const home = actuators.kubernetes.namespace ?? namespace;
  const places = new Map<string, WorkloadWish[]>();
  for (const { workload } of scaled) {
    const place = workload.namespace ?? home;
    places.set(place, [...(places.get(place) ?? []), workload]);
  }
  return [...places].flatMap(([place, workloads]) => {
    const metadata = { name: 'drover-scaler', namespace: place, labels: labelsOf('control-plane') };
    const role: IRole = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata,
      rules: requiredRules(workloads),
    };
    const binding: IRoleBinding = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'drover-scaler' },
      subjects: [{ kind: 'ServiceAccount', name: CONTROL_PLANE, namespace }],
    };
    return [role, binding];
  });
}
