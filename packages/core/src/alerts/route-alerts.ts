import type { Severity } from '../health/evaluate-health.js';
import type { AlertKind } from './alert-kinds.js';

/** Which alerts go where. What a route does not name matches anything. */
export interface AlertRoute {
  readonly severity?: Severity | undefined;
  readonly queues?: readonly string[] | undefined;
  readonly kinds?: readonly AlertKind[] | undefined;
  /** Names of notifiers; none keeps what matches to ourselves. */
  readonly notifiers: readonly string[];
  /** True to look at the routes below as well. */
  readonly continue?: boolean | undefined;
}

/** As Alertmanager routes: the first match decides, unless it says to continue. */
export function notifiersFor(
  alert: { readonly queueName: string; readonly kind: AlertKind; readonly severity: Severity },
  routes: readonly AlertRoute[],
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const route of routes) {
    const matches =
      (route.severity === undefined || route.severity === alert.severity) &&
      (route.queues === undefined || route.queues.includes(alert.queueName)) &&
      (route.kinds === undefined || route.kinds.includes(alert.kind));
    if (!matches) continue;
    for (const name of route.notifiers) names.add(name);
    if (!route.continue) break;
  }
  return names;
}
