import type { Alert, LiveSnapshot } from '@drover/contract';

/**
 * Acknowledgements that this replica took and the leader's snapshot does not show yet: who
 * acknowledged an alert sees it acknowledged at once, not with the next tick.
 */
export class FreshAcknowledgements {
  readonly #byId = new Map<string, Alert>();
  #revision = 0;
  #served: { readonly snapshot: LiveSnapshot; readonly alerts: readonly Alert[] } | null = null;

  get revision(): number {
    return this.#revision;
  }

  add(alert: Alert): void {
    this.#revision += 1;
    this.#byId.set(alert.id, alert);
    this.#served = null;
  }

  /** The snapshot's alerts with what is fresher; the same list for the same snapshot. */
  over(snapshot: LiveSnapshot): readonly Alert[] {
    if (this.#served?.snapshot === snapshot) return this.#served.alerts;
    const alerts = (snapshot.alerts ?? []).map((alert) => this.#freshest(alert));
    const firing = new Set(alerts.map(({ id }) => id));
    for (const id of this.#byId.keys()) if (!firing.has(id)) this.#byId.delete(id);
    this.#served = { snapshot, alerts };
    return alerts;
  }

  #freshest(alert: Alert): Alert {
    const fresh = this.#byId.get(alert.id);
    if (!fresh) return alert;
    // An alert that got worse is no longer acknowledged.
    if (alert.acknowledged || (fresh.severity === 'warning' && alert.severity === 'critical')) {
      this.#byId.delete(alert.id);
      return alert;
    }
    const { acknowledged, acknowledgedBy, acknowledgedAt, events } = fresh;
    return {
      ...alert,
      acknowledged,
      ...(acknowledgedBy !== undefined && { acknowledgedBy }),
      ...(acknowledgedAt !== undefined && { acknowledgedAt }),
      ...(events && { events }),
    };
  }
}
