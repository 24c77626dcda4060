import type { ActuatorTrouble } from '@drover/core';
import { trouble } from '../outcomes.js';
import type { KubernetesClient } from './kubernetes-client.js';
import { RefusedByCluster, readReply } from './read-reply.js';
import { inWords, isTarget, type Workload } from './workload.js';

/** Whoever makes an HPA now is noticed within so long. */
const KEEP_MS = 15_000;

type Lists = { readonly atMs: number; readonly found: Promise<readonly Hpa[]> };

interface Hpa {
  readonly name: string;
  readonly target: { apiVersion?: unknown; kind?: unknown; name?: unknown };
  /** Name of KEDA's object that keeps it. */
  readonly scaledObject: string | null;
}

/** Looks for HPAs that set the size of a workload: two scalers of one fleet would pull it to and fro for ever. */
export class ForeignScalers {
  readonly #lists = new Map<string, Lists>();

  constructor(
    private readonly client: KubernetesClient,
    private readonly monotonicMs: () => number,
  ) {}

  /** What stands against our scaling it; `null` when nothing does. Rejects as the client does. */
  async of(workload: Workload): Promise<ActuatorTrouble | null> {
    let hpas: readonly Hpa[];
    try {
      hpas = await this.#in(workload.namespace);
    } catch (error) {
      if (error instanceof RefusedByCluster && error.status === 403) {
        return trouble(
          'forbidden',
          `Whether an HPA scales ${inWords(workload)} cannot be seen: grant "list" on horizontalpodautoscalers (${error.message})`,
        );
      }
      throw error;
    }
    const hpa = hpas.find(({ target }) => isTarget(workload, target));
    if (!hpa) return null;
    return trouble(
      'owned',
      hpa.scaledObject === null
        ? `The HPA ${hpa.name} sets the size of ${inWords(workload)}. Delete it, or give this queue the actuator "none".`
        : `KEDA's ScaledObject ${hpa.scaledObject} sets the size of ${inWords(workload)}. Delete it, or give this queue the actuator "keda".`,
    );
  }

  #in(namespace: string): Promise<readonly Hpa[]> {
    const held = this.#lists.get(namespace);
    if (held && this.monotonicMs() - held.atMs < KEEP_MS) return held.found;
    const found = this.#read(namespace);
    this.#lists.set(namespace, { atMs: this.monotonicMs(), found });
    // Only a list that came is kept.
    found.catch(() => this.#lists.delete(namespace));
    return found;
  }

  async #read(namespace: string): Promise<readonly Hpa[]> {
    const path = `/apis/autoscaling/v2/namespaces/${encodeURIComponent(namespace)}/horizontalpodautoscalers`;
    const list = readReply(await this.client.send('GET', path));
    const { items } = list as { items?: unknown };
    return Array.isArray(items) ? items.map(toHpa) : [];
  }
}

function toHpa(item: {
  metadata?: { name?: unknown; ownerReferences?: readonly { kind?: unknown; name?: unknown }[] };
  spec?: { scaleTargetRef?: Hpa['target'] };
}): Hpa {
  const owner = item.metadata?.ownerReferences?.find(({ kind }) => kind === 'ScaledObject');
  return {
    name: String(item.metadata?.name ?? '?'),
    target: item.spec?.scaleTargetRef ?? {},
    scaledObject: owner ? String(owner.name) : null,
  };
}
