import type { Alert, AlertFilters } from '@drover/contract';

/** Whether `GET /alerts` with these filters holds the alert. */
export function matchesFilters(alert: Alert, filters: AlertFilters = {}): boolean {
  const wanted = Object.entries(filters).filter(([, value]) => value !== undefined);
  return wanted.every(([field, value]) => (alert[field as keyof AlertFilters] ?? false) === value);
}
