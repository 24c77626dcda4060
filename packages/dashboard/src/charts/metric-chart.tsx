import { useMemo } from 'react';
import type { MetricChartSpec } from '../models/chart-spec';
import { seriesOf, type Timeline } from '../models/timeline';
import { ChartPanel, type ChartPanelProps } from './chart-panel';

export interface MetricChartProps extends Omit<ChartPanelProps, 'spec' | 'timesMs' | 'series'> {
  spec: MetricChartSpec;
  timeline: Timeline;
}

/** A chart of a queue's recorded numbers. */
export function MetricChart({ spec, timeline, ...props }: MetricChartProps) {
  const series = useMemo(
    () => spec.series.map(({ field, label }) => ({ label, values: seriesOf(timeline, field) })),
    [spec, timeline],
  );
  return <ChartPanel {...props} spec={spec} timesMs={timeline.timesMs} series={series} />;
}
