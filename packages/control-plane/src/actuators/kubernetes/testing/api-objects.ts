import { validate as isStatus } from '@kubernetes-models/apimachinery/_schemas/IoK8sApimachineryPkgApisMetaV1Status';
import { validate as isDeployment } from 'kubernetes-models/_schemas/IoK8sApiAppsV1Deployment';
import { validate as isScale } from 'kubernetes-models/_schemas/IoK8sApiAutoscalingV1Scale';
import { validate as isHpaList } from 'kubernetes-models/_schemas/IoK8sApiAutoscalingV2HorizontalPodAutoscalerList';
import type { IDeployment, IDeploymentCondition } from 'kubernetes-models/apps/v1';
import type { IScale } from 'kubernetes-models/autoscaling/v1';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';

/** What the test's API server keeps of one Deployment. */
export interface StoredDeployment {
  readonly namespace: string;
  readonly name: string;
  replicas: number;
  ready: number;
  resourceVersion: number;
  conditions: IDeploymentCondition[];
}

/** Each reply against the schema that Kubernetes publishes for it, so that the server says nothing a real one would not. */
export const schemas: Readonly<Record<string, (data: unknown) => boolean>> = {
  Status: isStatus,
  Deployment: isDeployment,
  Scale: isScale,
  HorizontalPodAutoscalerList: isHpaList,
};

export function toDeployment(stored: StoredDeployment): IDeployment {
  const labels = { app: stored.name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadataOf(stored),
    spec: {
      replicas: stored.replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'worker', image: 'worker:1' }] } },
    },
    status: {
      observedGeneration: 1,
      // The real one leaves zeros out.
      ...(stored.replicas > 0 && { replicas: stored.replicas }),
      ...(stored.ready > 0 && { readyReplicas: stored.ready }),
      conditions: stored.conditions,
    },
  };
}

export function toScale(stored: StoredDeployment): IScale {
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: metadataOf(stored),
    spec: stored.replicas > 0 ? { replicas: stored.replicas } : {},
    status: { replicas: stored.replicas, selector: `app=${stored.name}` },
  };
}

export function toHpaList(items: readonly IHorizontalPodAutoscaler[]): object {
  return { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscalerList', metadata: {}, items };
}

export function hpaFor(deployment: string, scaledObject?: string): IHorizontalPodAutoscaler {
  const owner = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: scaledObject ?? '', uid: 'a-b-c' };
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: {
      name: scaledObject ? `keda-hpa-${scaledObject}` : `${deployment}-hpa`,
      ...(scaledObject && { ownerReferences: [owner] }),
    },
    spec: { maxReplicas: 9, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deployment } },
  };
}

export function toStatus(code: number, reason: string, message: string): object {
  return { apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', code, reason, message };
}

function metadataOf({ namespace, name, resourceVersion }: StoredDeployment) {
  return { namespace, name, resourceVersion: String(resourceVersion), uid: `uid-of-${name}` };
}
