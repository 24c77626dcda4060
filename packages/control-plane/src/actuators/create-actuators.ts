import type { Actuator, ActuatorKind, Clock } from '@drover/core';
import { createAdviceActuator } from './advice-actuator.js';
import type { LoadCluster } from './kubernetes/cluster.js';
import { loadInCluster } from './kubernetes/in-cluster.js';
import { loadKubeconfig } from './kubernetes/kubeconfig.js';
import { createKubernetesActuator, type WorkloadWish } from './kubernetes/kubernetes-actuator.js';
import { createWebhookActuator } from './webhook/webhook-actuator.js';

export interface ActuatorsConfig {
  readonly queues: ReadonlyMap<string, { readonly actuator: ActuatorKind; readonly workload: WorkloadWish }>;
  readonly kubernetes: {
    /** Path; `null` in a pod. */
    readonly kubeconfig: string | null;
    readonly context: string | null;
    /** Over that of the context or the pod. */
    readonly namespace: string | null;
  };
  /** Addresses and secrets stay in here: nothing shows or logs them. */
  readonly webhook: { readonly url: string; readonly secret: string } | null;
}

export interface Actuators {
  readonly byQueue: ReadonlyMap<string, Actuator>;
  close(): void;
}

/** One actuator of each kind that a queue asks for. Nothing is connected before the first order. */
export function createActuators(
  { queues, kubernetes, webhook }: ActuatorsConfig,
  clock: Clock,
  env: Readonly<Record<string, string | undefined>>,
): Actuators {
  const queuesOf = (kind: ActuatorKind) => [...queues].filter(([, { actuator }]) => actuator === kind);
  const monotonicMs = () => clock.monotonicMs();
  const byQueue = new Map<string, Actuator>();
  const assign = (kind: ActuatorKind, actuator: Actuator): void => {
    for (const [queueName] of queuesOf(kind)) byQueue.set(queueName, actuator);
  };

  assign('none', createAdviceActuator('none'));
  assign('keda', createAdviceActuator('keda'));
  const cluster = createKubernetesActuator({
    load: clusterLoader(kubernetes, env),
    workloads: new Map(queuesOf('kubernetes').map(([queueName, { workload }]) => [queueName, workload])),
    monotonicMs,
  });
  assign('kubernetes', cluster);
  if (webhook) {
    const names = new Set(queuesOf('webhook').map(([queueName]) => queueName));
    assign('webhook', createWebhookActuator({ ...webhook, queues: names, nowMs: () => clock.nowMs(), monotonicMs }));
  }
  return { byQueue, close: () => cluster.close() };
}

function clusterLoader(
  { kubeconfig, context, namespace }: ActuatorsConfig['kubernetes'],
  env: Readonly<Record<string, string | undefined>>,
): LoadCluster {
  return async () => {
    const cluster = await (kubeconfig === null
      ? loadInCluster({ env })
      : loadKubeconfig(kubeconfig, context ?? undefined));
    return namespace === null ? cluster : { ...cluster, namespace };
  };
}
