import { readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  type IScaledObject,
  type ITriggerAuthentication,
  ScaledObject,
  TriggerAuthentication,
} from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { validate as lintDockerfile } from 'dockerfile-utils';
import { validate as isDeployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as isService } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as isServiceAccount } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ServiceAccount';
import { validate as isBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget';
import { validate as isRole } from 'kubernetes-models/_schemas/IoK8sApiRbacV1Role';
import { validate as isRoleBinding } from 'kubernetes-models/_schemas/IoK8sApiRbacV1RoleBinding';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import type { IRole } from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { resolveConfig } from '../config/resolve-config.js';
import type { Manifest, ManifestOptions } from './manifest-options.js';
import { planManifests, renderManifests } from './render-manifests.js';

const deploy = (name: string) => fileURLToPath(new URL(`../../../../deploy/${name}`, import.meta.url));
const options: ManifestOptions = {
  image: 'registry.example.com/shop:1',
  namespace: 'shop',
  secret: 'drover',
  replicas: 2,
};

/** By kind, the schema that Kubernetes or KEDA publishes for it. */
const schemas: Readonly<Record<string, (data: unknown) => boolean>> = {
  Deployment: isDeployment,
  Service: isService,
  ServiceAccount: isServiceAccount,
  PodDisruptionBudget: isBudget,
  Role: isRole,
  RoleBinding: isRoleBinding,
  ScaledObject: (data) => isValid(new ScaledObject(data as IScaledObject)),
  TriggerAuthentication: (data) => isValid(new TriggerAuthentication(data as ITriggerAuthentication)),
};

function isValid(model: { validate(): void }): boolean {
  model.validate();
  return true;
}

const configOf = (value: unknown) => resolveConfig({ value, name: 'drover.config.mjs', folder: '/app' }, {}, {});
const planOf = (value: unknown): Manifest[] => planManifests(configOf(value), options);
const queue = { processor: 'a.mjs', actuator: 'kubernetes' };
const deployments = (manifests: readonly Manifest[]) =>
  manifests.filter(({ kind }) => kind === 'Deployment') as IDeployment[];
const deploymentOf = (manifests: readonly Manifest[], name: string): IDeployment => {
  const found = deployments(manifests).find(({ metadata }) => metadata?.name === name);
  if (!found) throw new Error(`there is no Deployment ${name}`);
  return found;
};
const podOf = (deployment: IDeployment) => deployment.spec?.template.spec;

describe('manifests', () => {
  const everything = planOf({
    actuators: { keda: { host: '0.0.0.0', tls: { certFile: 'c', keyFile: 'k', clientCaFile: 'a' } } },
    queues: {
      emails: queue,
      'Steuer: Bescheid': { ...queue, graceMs: 90_500, kubernetes: { namespace: 'tax' } },
      events: { ...queue, actuator: 'keda', minWorkers: 0, maxWorkers: 5 },
      here: { processor: 'a.mjs' },
    },
  });

  it('are what the published schemas allow, rendered and read again', () => {
    const text = renderManifests(configOf({ queues: { emails: queue } }), options);
    const read = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    expect(read).toEqual(planOf({ queues: { emails: queue } }));
    for (const manifest of [...read, ...everything]) {
      expect(schemas[manifest.kind]?.(manifest), `${manifest.kind} ${manifest.metadata?.name}`).toBe(true);
    }
  });

  it('come out as the example that is committed', async () => {
    const { default: config } = await import(pathToFileURL(deploy('kubernetes/drover.config.mjs')).href);
    const written = readFileSync(deploy('kubernetes/shop.yaml'), 'utf8');
    expect(renderManifests(configOf(config), options)).toBe(written);
  });

  it('name each object once', () => {
    const names = everything.map(({ kind, metadata }) => `${kind} ${metadata?.namespace}/${metadata?.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it('run workers of the queues that are scaled in the cluster, and of no others', () => {
    expect(deployments(everything).map(({ metadata }) => metadata?.name)).toEqual([
      'drover',
      'drover-worker-emails',
      expect.stringMatching(/^drover-worker-steuer-bescheid-[0-9a-f]{6}$/),
      'drover-worker-events',
    ]);
    expect(podOf(deploymentOf(everything, 'drover-worker-events'))?.containers[0]?.args).toEqual(['worker', 'events']);
  });

  it("leave a worker more time than its queue's grace before it is killed", () => {
    const plan = planOf({ queues: { emails: { ...queue, graceMs: 90_500 } } });
    expect(podOf(deploymentOf(plan, 'drover-worker-emails'))?.terminationGracePeriodSeconds).toBe(101);
  });

  it('set no count of workers: applying them again must not undo a decision', () => {
    expect(deploymentOf(everything, 'drover-worker-emails').spec).not.toHaveProperty('replicas');
  });

  it('give no container root, a writable image or a privilege', () => {
    for (const deployment of deployments(everything)) {
      const pod = podOf(deployment);
      expect(pod?.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      for (const { securityContext, resources, livenessProbe, readinessProbe } of pod?.containers ?? []) {
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(resources).toMatchObject({ requests: { cpu: '100m' }, limits: { memory: expect.any(String) } });
        expect([livenessProbe?.httpGet?.path, readinessProbe?.httpGet?.path]).toEqual(['/healthz', '/readyz']);
      }
    }
  });

  it("keep workers from the control plane's secrets and from the cluster's API", () => {
    const worker = podOf(deploymentOf(everything, 'drover-worker-emails'));
    expect(worker?.containers[0]?.envFrom).toEqual([{ secretRef: { name: 'drover-engine' } }]);
    expect(worker).toMatchObject({ automountServiceAccountToken: false });
  });

  it('allow the control plane these workloads, in their namespaces, and nothing else', () => {
    const roles = everything.filter(({ kind }) => kind === 'Role') as IRole[];
    expect(roles.map(({ metadata, rules }) => [metadata?.namespace, rules])).toEqual([
      [
        'shop',
        [
          { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['drover-worker-emails'], verbs: ['get'] },
          {
            apiGroups: ['apps'],
            resources: ['deployments/scale'],
            resourceNames: ['drover-worker-emails'],
            verbs: ['get', 'patch'],
          },
          { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
        ],
      ],
      ['tax', expect.anything()],
    ]);
    expect(planOf({ queues: { events: { ...queue, actuator: 'keda' } } }).map(({ kind }) => kind)).not.toContain(
      'Role',
    );
  });

  it("let KEDA's own brakes off and zero to KEDA", () => {
    const object = everything.find(({ kind }) => kind === 'ScaledObject');
    expect(object).toMatchObject({
      spec: {
        minReplicaCount: 0,
        maxReplicaCount: 5,
        advanced: { horizontalPodAutoscalerConfig: { behavior: { scaleDown: { stabilizationWindowSeconds: 0 } } } },
        triggers: [
          {
            type: 'external-push',
            metadata: { scalerAddress: 'drover.shop.svc:4701', queueName: 'events', enableTLS: 'true' },
          },
        ],
      },
    });
  });

  it('keep every label within what Kubernetes allows', () => {
    const labels = planOf({ queues: { [`${'ü'.repeat(70)}:-`]: queue, [`-${'x'.repeat(100)}`]: queue } }).flatMap(
      (manifest) => Object.values((manifest.metadata as { labels?: Record<string, string> }).labels ?? {}),
    );
    for (const label of labels) expect(label).toMatch(/^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$/);
  });
});

describe('the Dockerfile', () => {
  const text = readFileSync(deploy('Dockerfile'), 'utf8');

  it('passes the linter', () => {
    expect(lintDockerfile(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
  });

  it('starts Drover without a shell in between, and not as root', () => {
    expect(text).toMatch(/^ENTRYPOINT \["node", "node_modules\/drover\/bin\/drover.js"\]$/m);
    expect(text).toMatch(/^USER 1000$/m);
  });
});
