import type { Alert } from '@drover/contract';
import { windowNames } from '@drover/core';
import type { PublishedTick } from '../../monitor/checkpoint.js';
import { queueMetrics } from './queue-metrics.js';
import { SampledMetric } from './samples.js';

/** As people write them; the names of the API are the guide's. */
const windowLabels = { perSecond: 'second', perMinute: 'minute', perHour: 'hour', perDay: 'day' } as const;

/** Everything that is the same whichever replica is asked: one published tick. */
export function herdMetrics(tick: PublishedTick): readonly SampledMetric[] {
  const { snapshot, tallies = {} } = tick;
  return [
    ...queueMetrics(snapshot.queues, (name) => (Object.hasOwn(tallies, name) ? tallies[name] : undefined)),
    ...alertMetrics(snapshot.alerts ?? []),
    ...limiterMetrics(tick.limiters ?? []),
    ...monitorMetrics(tick),
  ];
}

function alertMetrics(alerts: readonly Alert[]): readonly SampledMetric[] {
  const firing = new SampledMetric('drover_alerts_firing', 'gauge', 'Alerts that fire now, by severity.');
  for (const severity of ['warning', 'critical']) {
    firing.add(alerts.filter((alert) => alert.severity === severity).length, { severity });
  }
  const each = new SampledMetric(
    'drover_queue_alert_firing',
    'gauge',
    '1 for each alert that fires now. One that somebody acknowledged or silenced fires still.',
  );
  for (const { queueName: queue, kind, type, severity } of alerts) each.add(1, { queue, kind: kind ?? type, severity });
  return [firing, each];
}

function limiterMetrics(limiters: NonNullable<PublishedTick['limiters']>): readonly SampledMetric[] {
  const gauge = (name: string, help: string) => new SampledMetric(`drover_limiter_${name}`, 'gauge', help);
  const counter = (name: string, help: string) => new SampledMetric(`drover_limiter_${name}_total`, 'counter', help);
  const used = gauge('window_used', 'Permits of the sliding window that are used now.');
  const limit = gauge('window_limit', 'Most permits in any such window.');
  const waiting = gauge('waiting', 'Requests that wait for a permit now.');
  const penalized = gauge('penalized', '1 while nothing is granted because the service said so.');
  const permits = counter('permits', 'Permits granted.');
  const delayed = counter('delayed_requests', 'Requests that had to wait for their permit.');
  const delay = counter('delay_seconds', 'Time that requests waited for their permits.');
  for (const { name: limiter, windows, totals, ...now } of limiters) {
    for (const window of windowNames) {
      used.add(windows[window]?.current, { limiter, window: windowLabels[window] });
      limit.add(windows[window]?.limit, { limiter, window: windowLabels[window] });
    }
    waiting.add(now.waiting, { limiter });
    penalized.add(now.penalized ? 1 : 0, { limiter });
    permits.add(totals.allowed, { limiter });
    delayed.add(totals.delayed, { limiter });
    delay.add(totals.delayedMs / 1_000, { limiter });
  }
  return [used, limit, waiting, penalized, permits, delayed, delay];
}

function monitorMetrics({ snapshot, ticks }: PublishedTick): readonly SampledMetric[] {
  const time = new SampledMetric(
    'drover_tick_duration_seconds',
    'histogram',
    "How long the leader's ticks took, duties included.",
  );
  time.addHistogram(ticks);
  const interval = new SampledMetric('drover_tick_interval_seconds', 'gauge', 'How often the leader looks.');
  interval.add(snapshot.status.tickMs / 1_000);
  const instances = new SampledMetric('drover_instances', 'gauge', 'Control planes that are up.');
  instances.add(snapshot.status.instances);
  return [time, interval, instances];
}
