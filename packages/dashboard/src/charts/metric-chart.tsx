import { useMemo } from 'react';
import type { MetricChartSpec } from '../models/chart-spec';
import { seriesOf, type Timeline } from '../models/timeline';
import { ChartPanel, type ChartPanelProps } from './chart-panel';

export interface MetricChartProps extends Omit<ChartPanelProps, 'spec' | 'timesMs' | 'series' | 'compared'> {
  spec: MetricChartSpec;
  timeline: Timeline;
  /** On the same axis as `timeline`. */
  compared?: { readonly words: string; readonly timeline: Timeline } | undefined;
}

/** A chart of a queue's recorded numbers. */
export function MetricChart({ spec, timeline, compared, ...props }: MetricChartProps) {
  const series = useMemo(
    () => spec.series.map(({ field, label }) => ({ label, values: seriesOf(timeline, field) })),
    [spec, timeline],
  );
  const other = useMemo(
    () =>
      compared && {
        words: compared.words,
        values: spec.series.map(({ field }) => seriesOf(compared.timeline, field)),
      },
    [spec, compared],
  );
  return <ChartPanel {...props} spec={spec} timesMs={timeline.timesMs} series={series} compared={other} />;
}
