import { emptyFolded, type FoldedHistogram, foldBoundsMs } from '@drover/core';
import type { Registry } from 'prom-client';

export type MetricType = 'counter' | 'gauge' | 'histogram';
export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
  /** Of a histogram's parts: the metric's name with a suffix. */
  readonly metricName?: string;
}

/** A metric with its values of one moment. Names follow the field's conventions: base units, `_total`. */
export class SampledMetric {
  readonly help: string;
  readonly type: MetricType;
  readonly values: Sample[] = [];

  constructor(
    /** The registry takes `_total` off for OpenMetrics, and adds it to each line again. */
    public name: string,
    type: MetricType,
    help: string,
  ) {
    this.type = type;
    this.help = help;
  }

  /** Adds a value; one that is not known is left out, not shown as 0. */
  add(value: number | null | undefined, labels: Labels = {}): void {
    if (typeof value === 'number' && Number.isFinite(value)) this.values.push({ labels, value });
  }

  addHistogram({ counts, sumMs }: FoldedHistogram = emptyFolded, labels: Labels = {}): void {
    const metricName = `${this.name}_bucket`;
    let total = 0;
    counts.forEach((count, index) => {
      total += count;
      const boundMs = foldBoundsMs[index];
      const le = boundMs === undefined ? '+Inf' : String(boundMs / 1_000);
      this.values.push({ metricName, labels: { ...labels, le }, value: total });
    });
    this.values.push({ metricName: `${this.name}_sum`, labels, value: sumMs / 1_000 });
    this.values.push({ metricName: `${this.name}_count`, labels, value: total });
  }

  get(): Promise<this> {
    return Promise.resolve(this);
  }
}

/**
 * Puts metrics into a prom-client registry, which writes and escapes them in either format.
 * Its own metric classes count by themselves and cannot take a histogram that was counted
 * elsewhere; of a metric its registry asks no more than name, help, type and values.
 */
export function register(registry: Pick<Registry, 'registerMetric'>, metrics: readonly SampledMetric[]): void {
  for (const metric of metrics) registry.registerMetric(metric as unknown as Parameters<Registry['registerMetric']>[0]);
}
