import type { WorkloadWish } from './kubernetes-actuator.js';

/** A rule of a Role, as Kubernetes writes it. */
export interface RoleRule {
  readonly apiGroups: string[];
  readonly resources: string[];
  readonly resourceNames?: string[];
  readonly verbs: string[];
}

/** All that scaling these workloads of one namespace needs, and nothing else; empty without any. */
export function requiredRules(workloads: readonly Pick<WorkloadWish, 'name' | 'group' | 'plural'>[]): RoleRule[] {
  if (workloads.length === 0) return [];
  const kinds = new Map(workloads.map(({ group, plural }) => [`${group}/${plural}`, { group, plural }]));
  const own = [...kinds.values()].flatMap(({ group, plural }): RoleRule[] => {
    const same = workloads.filter((workload) => workload.group === group && workload.plural === plural);
    const resourceNames = same.map(({ name }) => name).sort();
    return [
      { apiGroups: [group], resources: [plural], resourceNames, verbs: ['get'] },
      { apiGroups: [group], resources: [`${plural}/scale`], resourceNames, verbs: ['get', 'patch'] },
    ];
  });
  return [...own, { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] }];
}
