import type { IContainer, IPodSpec } from 'kubernetes-models/v1';

/** Labels by which a Service, a budget and people find a part. */
export function labelsOf(component: string, queueName?: string): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'drover',
    'app.kubernetes.io/component': component,
    // A label's value may hold less than a queue's name.
    ...(queueName !== undefined && { 'drover.dev/queue': labelValue(queueName) }),
  };
}

type Bare = Pick<
  IContainer,
  'name' | 'args' | 'env' | 'ports' | 'resources' | 'livenessProbe' | 'readinessProbe' | 'startupProbe'
>;

/** What every container of ours has: no writable image, no privilege, its secrets from Secrets. */
export function hardened(container: Bare, image: string, secrets: readonly string[]): IContainer {
  return {
    ...container,
    image,
    envFrom: secrets.map((name) => ({ secretRef: { name } })),
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    },
    // Transpiled configuration and Node's caches go to the only place that can be written.
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  };
}

export function podOf(
  container: IContainer,
  over: Pick<
    IPodSpec,
    | 'serviceAccountName'
    | 'automountServiceAccountToken'
    | 'terminationGracePeriodSeconds'
    | 'topologySpreadConstraints'
  >,
): IPodSpec {
  return {
    ...over,
    securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [container],
    volumes: [{ name: 'tmp', emptyDir: { sizeLimit: '256Mi' } }],
  };
}

function labelValue(text: string): string {
  return text
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}
