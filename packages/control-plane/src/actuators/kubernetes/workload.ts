/** What runs a queue's workers: any kind of object with the scale subresource. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As in paths: `deployments`. */
  readonly plural: string;
}

export function pathOf({ group, version, namespace, plural, name }: Workload): string {
  const root = group === '' ? '/api' : `/apis/${group}`;
  return `${root}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(name)}`;
}

export function inWords({ namespace, plural, name }: Workload): string {
  return `${plural}/${name} in the namespace ${namespace}`;
}

/** Of the kinds that Kubernetes brings along, an absent count is a zero that was left out. */
export function countsReadiness({ group, plural }: Workload): boolean {
  return group === 'apps' || (group === '' && plural === 'replicationcontrollers');
}

/** A reference names the kind, a path its plural: `Deployment` is `deployments`, `Policy` `policies`. */
export function isTarget(workload: Workload, ref: { apiVersion?: unknown; kind?: unknown; name?: unknown }): boolean {
  const { apiVersion, kind, name } = ref;
  if (typeof kind !== 'string' || name !== workload.name) return false;
  const group = typeof apiVersion === 'string' && apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return group === workload.group && workload.plural.startsWith(kind.toLowerCase().replace(/y$/, ''));
}
