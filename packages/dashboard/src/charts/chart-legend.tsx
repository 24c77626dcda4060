import { useSyncExternalStore } from 'react';
import type { ChartSpec } from '../models/chart-spec';
import type { ComparedSeries, DrawnSeries } from '../models/chart-summary';
import { timeLabel, unknownMark } from '../models/format';
import { lastKnownIndex, nearestIndex } from '../models/timeline';
import type { CursorStore } from './cursor-store';

/** A newest value this old still counts as now. */
const nowWithinMs = 120_000;

export interface ChartLegendProps {
  spec: ChartSpec;
  timesMs: readonly number[];
  series: readonly DrawnSeries[];
  compared?: ComparedSeries | undefined;
  shown: readonly boolean[];
  onToggle: (index: number) => void;
  cursor: CursorStore;
}

/** Values at the crosshair, else the newest. Each entry switches its series on and off. */
export function ChartLegend({ spec, timesMs, series, compared, shown, onToggle, cursor }: ChartLegendProps) {
  const hoveredMs = useSyncExternalStore(cursor.subscribe, cursor.get);
  const index = hoveredMs === undefined ? undefined : nearestIndex(timesMs, hoveredMs);
  const atMs = index === undefined ? timesMs.at(-1) : timesMs[index];
  const spanS = ((timesMs.at(-1) ?? 0) - (timesMs[0] ?? 0)) / 1_000;
  return (
    <div className={compared ? 'legend legend-compared' : 'legend'}>
      {spec.series.map(({ label, color, dashed }, place) => {
        const textOf = (values: readonly (number | null)[] = []) => {
          const value = values[index ?? lastKnownIndex(values) ?? -1] ?? null;
          return value === null ? unknownMark : spec.format(value);
        };
        return (
          <button
            key={label}
            type="button"
            aria-pressed={shown[place] ?? true}
            title={`${shown[place] ? 'Hide' : 'Show'} ${label}`}
            onClick={() => onToggle(place)}
          >
            <i
              className={dashed ? 'dashed' : ''}
              style={{ borderColor: `var(--series-${color})` }}
              aria-hidden="true"
            />
            {label} <b>{textOf(series[place]?.values)}</b>
            {compared && (
              <span className="compared" title={`${label}, ${compared.words}`}>
                <span className="sr-only">{`, ${compared.words}: `}</span>
                <span aria-hidden="true">/ </span>
                {textOf(compared.values[place])}
              </span>
            )}
          </button>
        );
      })}
      {atMs !== undefined && (
        <span className="at">
          {hoveredMs === undefined && Date.now() - atMs < nowWithinMs
            ? 'now'
            : `at ${timeLabel(atMs, Math.min(spanS, 24 * 3_600))}`}
        </span>
      )}
    </div>
  );
}
