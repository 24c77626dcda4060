import { useMemo } from 'react';
import { type Series, sparklinePaths, thin } from '../models/sparkline';

export type SparklineTone = 'series' | 'grey' | 'warning' | 'critical';

const colors: Record<SparklineTone, string> = {
  series: 'var(--series-1)',
  grey: 'var(--text-3)',
  warning: 'var(--warning-fill)',
  critical: 'var(--critical-fill)',
};

export interface SparklineProps {
  series: Series | undefined;
  tone: SparklineTone;
  width?: number;
  height?: number;
}

/** Decoration beside a number that says the same; hidden from screen readers. */
export function Sparkline({ series, tone, width = 72, height = 24 }: SparklineProps) {
  const paths = useMemo(() => series && sparklinePaths(thin(series, width), width, height), [series, width, height]);
  return (
    <svg
      className="spark"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {paths && (
        <>
          <path d={paths.area} className="spark-area" style={{ fill: colors[tone] }} />
          <path d={paths.line} className="spark-line" style={{ stroke: colors[tone] }} />
        </>
      )}
    </svg>
  );
}
