import type { Actuator, ActuatorTrouble, FleetObservation, ScaleOrder, ScaleOutcome } from '@drover/core';
import { OrderBook } from '../order-book.js';
import { nothingKnown, outcomeOf, superseded, trouble } from '../outcomes.js';
import type { LoadCluster } from './cluster.js';
import { ForeignScalers } from './foreign-scalers.js';
import { KubernetesClient } from './kubernetes-client.js';
import { RefusedByCluster, readReply, troubleOf } from './read-reply.js';
import { countsReadiness, inWords, pathOf, type Workload } from './workload.js';

/** A queue's workload as the configuration names it. */
export type WorkloadWish = Omit<Workload, 'namespace'> & { readonly namespace?: string | undefined };

export interface KubernetesActuatorOptions {
  readonly load: LoadCluster;
  /** By queue. */
  readonly workloads: ReadonlyMap<string, WorkloadWish>;
  readonly monotonicMs: () => number;
  /** Of one request; 10 s unless told. */
  readonly deadlineMs?: number;
}

/** Someone else writes between our read and our write: a Deployment's status moves often while pods come and go. */
const CONFLICT_TRIES = 5;

/**
 * Sets `spec.replicas` through the scale subresource, which every scalable kind has and which
 * lets a role grant just that. A write names the version that it was decided on, so one that
 * comes late changes nothing; it reads again and goes on only while its leader is the newest.
 */
export function createKubernetesActuator(options: KubernetesActuatorOptions): Actuator & { close(): void } {
  const { workloads, monotonicMs } = options;
  const client = new KubernetesClient(options);
  const foreign = new ForeignScalers(client, monotonicMs);
  const orders = new OrderBook();

  const workloadOf = async (queueName: string): Promise<Workload | null> => {
    const wish = workloads.get(queueName);
    return wish ? { ...wish, namespace: wish.namespace ?? (await client.namespace()) } : null;
  };

  const read = async (path: string): Promise<Readable> => readReply(await client.send('GET', path));

  const observeWorkload = async (workload: Workload): Promise<FleetObservation> => {
    const path = pathOf(workload);
    const [scale, object, owned] = await Promise.all([read(`${path}/scale`), read(path), foreign.of(workload)]);
    return {
      desired: count(scale.spec?.replicas) ?? 0,
      ready: count(object.status?.readyReplicas) ?? (countsReadiness(workload) ? 0 : null),
      startUpMs: null,
      trouble: owned ?? stuck(object, workload),
    };
  };

  const apply = async (workload: Workload, queueName: string, order: ScaleOrder): Promise<ScaleOutcome> => {
    const owned = await foreign.of(workload);
    if (owned) return outcomeOf(owned);
    const path = `${pathOf(workload)}/scale`;
    for (let triesLeft = CONFLICT_TRIES; ; triesLeft--) {
      const scale = await read(path);
      if ((count(scale.spec?.replicas) ?? 0) === order.workers) return { kind: 'applied', workers: order.workers };
      if (!orders.isCurrent(queueName, order)) return superseded;
      const { resourceVersion } = scale.metadata ?? {};
      const patch = { metadata: { resourceVersion }, spec: { replicas: order.workers } };
      try {
        readReply(await client.send('PATCH', path, patch));
        return { kind: 'applied', workers: order.workers };
      } catch (error) {
        const isConflict = error instanceof RefusedByCluster && error.status === 409;
        if (!isConflict || triesLeft <= 1) throw error;
      }
    }
  };

  return {
    kind: 'kubernetes',

    async observe(queueName) {
      let what = `workload of the queue ${queueName}`;
      try {
        const workload = await workloadOf(queueName);
        if (!workload) return { ...nothingKnown, trouble: unnamed(queueName) };
        what = inWords(workload);
        return await observeWorkload(workload);
      } catch (error) {
        return { ...nothingKnown, trouble: troubleOf(error, what).trouble };
      }
    },

    async scale(queueName, order) {
      if (!orders.admit(queueName, order)) return superseded;
      let what = `workload of the queue ${queueName}`;
      try {
        const workload = await workloadOf(queueName);
        if (!workload) return outcomeOf(unnamed(queueName));
        what = inWords(workload);
        return await apply(workload, queueName, order);
      } catch (error) {
        const met = troubleOf(error, what);
        return outcomeOf(met.trouble, met.retryAfterMs);
      }
    },

    close: () => client.close(),
  };
}

/** What we read of a Scale and of the object behind it; any of it may be missing or of another type. */
interface Readable {
  readonly metadata?: { readonly resourceVersion?: unknown };
  readonly spec?: { readonly replicas?: unknown };
  readonly status?: { readonly readyReplicas?: unknown; readonly conditions?: unknown };
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : undefined;
}

function unnamed(queueName: string): ActuatorTrouble {
  return trouble('not_found', `The configuration names no workload for the queue ${queueName}.`);
}

/** A quota or a bad image keeps pods away while the count stands as asked: only conditions tell why. */
function stuck({ status }: Readable, workload: Workload): ActuatorTrouble | null {
  const conditions: readonly { type?: unknown; status?: unknown; message?: unknown }[] = Array.isArray(
    status?.conditions,
  )
    ? status.conditions
    : [];
  const found = conditions.find(
    ({ type, status: holds }) =>
      (type === 'ReplicaFailure' && holds === 'True') || (type === 'Progressing' && holds === 'False'),
  );
  if (!found) return null;
  const message = typeof found.message === 'string' ? found.message.slice(0, 400) : 'no reason given';
  return trouble('rejected', `Kubernetes cannot bring up the pods of ${inWords(workload)}: ${message}`);
}
