import { Download, Maximize2, Table, X } from 'lucide-react';
import { type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { type ChartEvent, eventMarks } from '../models/chart-events';
import type { ChartSpec, LimitLine } from '../models/chart-spec';
import {
  type ComparedSeries,
  chartSummary,
  chartTable,
  type DrawnSeries,
  exportOfChart,
  instantWords,
  withCompared,
} from '../models/chart-summary';
import { hasLine } from '../models/timeline';
import { IconButton } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Menu, MenuItem } from '../ui/menu';
import { PanelBoundary } from '../ui/panel-boundary';
import { useChartColors } from './chart-colors';
import { ChartLegend } from './chart-legend';
import { type ChartPicture, drawPicture } from './chart-picture';
import { ChartTableView } from './chart-table-view';
import type { CursorStore } from './cursor-store';
import { download, saveTable } from './download';
import { Plot } from './plot';
import { plotArea } from './plot-options';
import { useChartKeys } from './use-chart-keys';

export interface ChartPanelProps {
  spec: ChartSpec;
  /** Before the title's own: what it is of. Used for the names of exports. */
  subject: string;
  /** Wall clock (ms), ascending. */
  timesMs: readonly number[];
  /** In the order of the spec's; one number per instant. Keep its identity while it is the same. */
  series: readonly DrawnSeries[];
  /** Drawn dotted beside them, in the same colours. Keep its identity too. */
  compared?: ComparedSeries | undefined;
  limits: readonly LimitLine[];
  /** What happened, drawn at its instant. */
  events?: readonly ChartEvent[] | undefined;
  fromMs: number;
  toMs: number;
  cursor: CursorStore;
  onZoom: (fromMs: number, toMs: number) => void;
  onZoomOut?: (() => void) | undefined;
  /** The numbers are old: how old. */
  stale?: string | undefined;
  /** In place of the plot: a skeleton, an error. */
  instead?: ReactNode;
}

const plotHeight = 176;

export function ChartPanel(props: ChartPanelProps) {
  const [large, setLarge] = useState(false);
  return (
    <>
      <ChartFrame {...props} height={plotHeight} onLarge={() => setLarge(true)} />
      {large && (
        <Dialog label={props.spec.title} className="dialog-chart" onClose={() => setLarge(false)}>
          <ChartFrame {...props} height={Math.max(240, window.innerHeight - 220)} onClose={() => setLarge(false)} />
        </Dialog>
      )}
    </>
  );
}

interface ChartFrameProps extends ChartPanelProps {
  height: number;
  onLarge?: () => void;
  onClose?: () => void;
}

function ChartFrame(props: ChartFrameProps) {
  const {
    spec,
    subject,
    timesMs,
    series,
    compared,
    limits,
    events = [],
    fromMs,
    toMs,
    cursor,
    onZoom,
    onZoomOut,
    stale,
    instead,
    height,
  } = props;
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useChartColors();
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [asTable, setAsTable] = useState(false);
  const all = useMemo(() => withCompared(series, compared), [series, compared]);
  const shown = series.map((_, index) => !hidden.has(index));
  const empty = !all.some(({ values }) => hasLine(values));
  const fileName = `${subject} ${spec.title}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const table = () => chartTable(timesMs, all);
  const keys = useChartKeys({
    timesMs,
    cursor,
    describe: (index) => instantWords(spec, all, index),
    onZoom,
    onZoomOut,
    onTable: () => setAsTable(!asTable),
  });

  const toggle = (index: number) => {
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    setHidden(next);
  };
  const save = {
    csv: () => saveTable(`${fileName}.csv`, exportOfChart(table())),
    json: () => saveTable(`${fileName}.json`, exportOfChart(table())),
    png: async () => {
      const { leftPx, widthPx } = plotArea((canvas.current?.width ?? 0) / devicePixelRatio);
      const picture =
        canvas.current &&
        (await drawPicture({
          canvas: canvas.current,
          title: `${subject}: ${spec.title}, ${spec.unit}`,
          ...{ fromMs, toMs, colors },
          lines: pictureLines(spec, compared).filter((_, index) => shown[index % series.length]),
          marks: eventMarks({ events, fromMs, toMs, widthPx }),
          areaLeftPx: leftPx,
        }));
      if (picture) download(`${fileName}.png`, picture);
    },
  };

  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <h2 id={id}>{spec.title}</h2>
        <span className="meta">{stale ?? spec.unit}</span>
        <span className="actions chart-actions">
          <IconButton
            small
            icon={Table}
            label="View as table (t)"
            aria-pressed={asTable}
            disabled={empty}
            onClick={() => setAsTable(!asTable)}
          />
          <Menu
            label="Export"
            button={<Icon icon={Download} />}
            buttonClassName="btn btn-icon btn-ghost btn-sm"
            disabled={empty}
          >
            {(close) =>
              (['csv', 'json', 'png'] as const)
                .filter((format) => format !== 'png' || !asTable)
                .map((format) => (
                  <MenuItem
                    key={format}
                    onSelect={() => {
                      close();
                      void save[format]();
                    }}
                  >
                    Export as {format.toUpperCase()}
                  </MenuItem>
                ))
            }
          </Menu>
          {props.onLarge && <IconButton small icon={Maximize2} label="Enlarge" onClick={props.onLarge} />}
          {props.onClose && <IconButton small icon={X} label="Close" onClick={props.onClose} />}
        </span>
      </div>
      <PanelBoundary title={spec.title}>
        {instead ?? (
          <>
            <ChartLegend {...{ spec, timesMs, series, compared, shown, cursor }} onToggle={toggle} />
            {asTable ? (
              <ChartTableView spec={spec} table={table()} height={height} />
            ) : (
              <div
                className={`chart ${stale === undefined ? '' : 'chart-stale'}`}
                role="img"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move its crosshair.
                tabIndex={0}
                aria-label={chartSummary(spec, all)}
                onKeyDown={keys.onKeyDown}
                onBlur={keys.onBlur}
              >
                <Plot
                  {...{ spec, timesMs, limits, events, fromMs, toMs, height, cursor, onZoom, onZoomOut, canvas }}
                  series={all}
                  shown={shown}
                  selection={keys.selection}
                />
                {empty && <p className="chart-empty">{spec.empty}</p>}
              </div>
            )}
            <p className="sr-only" role="status">
              {keys.said}
            </p>
          </>
        )}
      </PanelBoundary>
    </section>
  );
}

function pictureLines(spec: ChartSpec, compared: ComparedSeries | undefined): ChartPicture['lines'] {
  return [
    ...spec.series.map(({ label, color, dashed }) => ({ label, color, dash: dashed ? [5, 3] : [] })),
    ...(compared ? spec.series : []).map(({ label, color }) => ({
      label: `${label}, ${compared?.words}`,
      color,
      dash: [1.5, 3],
    })),
  ];
}
