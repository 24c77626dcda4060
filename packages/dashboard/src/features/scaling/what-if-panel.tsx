import type { SimulateScalingResponse } from '@drover/contract';
import { useMemo, useState } from 'react';
import { ChartPanel } from '../../charts/chart-panel';
import { createCursorStore } from '../../charts/cursor-store';
import type { ChartSpec, SeriesSpec } from '../../models/chart-spec';
import { formatCount, formatDuration, formatDurationLimit, formatInstant, plural } from '../../models/format';
import { whatIfRows } from '../../models/scaling';
import { zoomPage, zoomPageOut } from '../../router/page-range';
import { Panel } from '../../ui/panel';
import { Empty, PanelError, Skeleton } from '../../ui/panel-states';

export interface WhatIfPanelProps {
  queueName: string;
  rangeWords: string;
  hasDraft: boolean;
  result: SimulateScalingResponse | undefined;
  /** The draft or the range has changed since. */
  outdated: boolean;
  error: Error | null;
  running: boolean;
  onRun: () => void;
}

/** What a draft would have done over the range, beside the present policy and what really happened. */
export function WhatIfPanel(props: WhatIfPanelProps) {
  const { queueName, rangeWords, hasDraft, result, outdated, error, running, onRun } = props;
  return (
    <Panel
      title={hasDraft ? 'What this draft would have done' : 'What this policy would have done'}
      meta={result ? `${plural(result.assumed.jobs, 'job')} replayed` : `last ${rangeWords}`}
      actions={
        <button type="button" className="btn btn-sm" disabled={running} onClick={onRun}>
          {running ? 'Replaying…' : result && !outdated ? 'Replay again' : `Replay ${rangeWords}`}
        </button>
      }
      footer={
        result &&
        'The replay takes arrivals and run times as they were; it cannot know that faster workers would have changed them.'
      }
    >
      {error && <PanelError message={error.message} onRetry={onRun} />}
      {!error && !result && running && <Skeleton className="m-3 h-72 opacity-50" />}
      {!error && !result && !running && (
        <Empty title="Try a policy on what really happened.">
          Change a field above, then replay the jobs of the chosen range: how long they would have waited, and what it
          would have cost.
        </Empty>
      )}
      {!error && result && <Replay {...{ queueName, result, outdated }} />}
    </Panel>
  );
}

const sides = [
  { key: 'draft', label: 'Draft', color: 1 },
  { key: 'present', label: 'Present policy', color: 2, dashed: true },
  { key: 'actual', label: 'Actual', color: 8 },
] as const satisfies readonly (SeriesSpec & { key: string })[];

function Replay({
  queueName,
  result,
  outdated,
}: {
  queueName: string;
  result: SimulateScalingResponse;
  outdated: boolean;
}) {
  const [cursor] = useState(createCursorStore);
  const { series, since, until } = result;
  const shown = useMemo(() => sides.filter(({ key }) => series[key] !== undefined), [series]);
  const steps = Math.max(0, ...shown.map(({ key }) => series[key]?.workers.length ?? 0));
  const fromMs = since.getTime();
  const timesMs = useMemo(
    () => Array.from({ length: steps }, (_, at) => fromMs + at * series.stepMs),
    [steps, fromMs, series],
  );
  const [workers, waits] = useMemo(
    () =>
      (['workers', 'waitMs'] as const).map((field) =>
        shown.map(({ key, label }) => ({ label, values: series[key]?.[field] ?? [] })),
      ),
    [shown, series],
  );
  const specs = useMemo(() => [workersSpec(shown), waitSpec(shown)], [shown]);
  const objectiveMs = (result.draft ?? result.present)?.objectiveMs;
  const rows = whatIfRows(result);
  const chart = {
    subject: queueName,
    timesMs,
    fromMs,
    toMs: until.getTime(),
    cursor,
    stale: outdated ? 'of an earlier draft or range' : undefined,
    onZoom: zoomPage,
    onZoomOut: zoomPageOut,
  };
  return (
    <>
      <table className="what-if">
        <caption className="sr-only">
          From {formatInstant(since)} to {formatInstant(until)}
        </caption>
        <thead>
          <tr>
            <td />
            {shown.map(({ key, label }) => (
              <th key={key} scope="col" className="num">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              {shown.map(({ key }) => (
                <td key={key} className="num">
                  {row[key] ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {result.assumed.unknownPercent > 0 && (
        <p className="line-2 px-3 py-2">
          For {result.assumed.unknownPercent.toFixed(0)} % of the time no arrivals are recorded: replayed as times
          without any.
        </p>
      )}
      <div className="what-if-charts">
        {specs[0] && workers && <ChartPanel {...chart} spec={specs[0]} series={workers} limits={[]} />}
        {specs[1] && waits && (
          <ChartPanel
            {...chart}
            spec={specs[1]}
            series={waits}
            limits={
              objectiveMs === undefined
                ? []
                : [{ value: objectiveMs, label: `Target ${formatDurationLimit(objectiveMs)}`, severity: 'warning' }]
            }
          />
        )}
      </div>
    </>
  );
}

function workersSpec(series: readonly SeriesSpec[]): ChartSpec {
  const common = { key: 'what-if-workers', title: 'Workers', unit: 'processes', scale: 1, stepped: true, whole: true };
  return { ...common, format: formatCount, series, empty: 'Nothing was replayed.' };
}

function waitSpec(series: readonly SeriesSpec[]): ChartSpec {
  const common = { key: 'what-if-wait', title: 'Longest wait', unit: 'seconds', scale: 1_000 };
  return { ...common, format: formatDuration, series, empty: 'Nothing was replayed.' };
}
