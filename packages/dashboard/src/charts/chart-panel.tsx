import { Download, Maximize2, Table, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react';
import type { ChartEvent } from '../models/chart-events';
import type { ChartSpec, LimitLine } from '../models/chart-spec';
import { chartSummary, chartTable, type DrawnSeries, exportOfChart } from '../models/chart-summary';
import { hasLine, nearestIndex } from '../models/timeline';
import { IconButton } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Icon } from '../ui/icon';
import { Menu, MenuItem } from '../ui/menu';
import { PanelBoundary } from '../ui/panel-boundary';
import { useChartColors } from './chart-colors';
import { ChartLegend } from './chart-legend';
import { ChartTableView } from './chart-table-view';
import type { CursorStore } from './cursor-store';
import { canvasAsPng, download, saveTable } from './download';
import { Plot } from './plot';

export interface ChartPanelProps {
  spec: ChartSpec;
  /** Before the title's own: what it is of. Used for the names of exports. */
  subject: string;
  /** Wall clock (ms), ascending. */
  timesMs: readonly number[];
  /** In the order of the spec's; one number per instant. Keep its identity while it is the same. */
  series: readonly DrawnSeries[];
  limits: readonly LimitLine[];
  /** What happened, drawn at its instant. */
  events?: readonly ChartEvent[] | undefined;
  fromMs: number;
  toMs: number;
  cursor: CursorStore;
  onZoom: (fromMs: number, toMs: number) => void;
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
    limits,
    events = [],
    fromMs,
    toMs,
    cursor,
    onZoom,
    stale,
    instead,
    height,
  } = props;
  const id = useId();
  const canvas = useRef<HTMLCanvasElement>(null);
  const colors = useChartColors();
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const [asTable, setAsTable] = useState(false);
  const shown = series.map((_, index) => !hidden.has(index));
  const empty = !series.some(({ values }) => hasLine(values));
  const fileName = `${subject} ${spec.title}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');

  const toggle = (index: number) => {
    const next = new Set(hidden);
    if (!next.delete(index)) next.add(index);
    setHidden(next);
  };
  const save = {
    csv: () => saveTable(`${fileName}.csv`, exportOfChart(chartTable(timesMs, series))),
    json: () => saveTable(`${fileName}.json`, exportOfChart(chartTable(timesMs, series))),
    png: async () => {
      const title = `${subject}: ${spec.title}, ${spec.unit}`;
      const picture = canvas.current && (await canvasAsPng(canvas.current, title, colors));
      if (picture) download(`${fileName}.png`, picture);
    },
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 't') setAsTable(!asTable);
    else if (!moveCursor(cursor, timesMs, event.key)) return;
    event.preventDefault();
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
            <ChartLegend {...{ spec, timesMs, series, shown, cursor }} onToggle={toggle} />
            {asTable ? (
              <ChartTableView spec={spec} table={chartTable(timesMs, series)} height={height} />
            ) : (
              <div
                className={`chart ${stale === undefined ? '' : 'chart-stale'}`}
                role="img"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move its crosshair.
                tabIndex={0}
                aria-label={chartSummary(spec, series)}
                onKeyDown={onKeyDown}
                onBlur={() => cursor.set(undefined)}
              >
                <Plot
                  {...{ spec, timesMs, series, shown, limits, events, fromMs, toMs, height, cursor, onZoom, canvas }}
                />
                {empty && <p className="chart-empty">{spec.empty}</p>}
              </div>
            )}
          </>
        )}
      </PanelBoundary>
    </section>
  );
}

/** Arrows by one point, with Home and End to the ends; Esc takes the crosshair away. */
function moveCursor(cursor: CursorStore, timesMs: readonly number[], key: string): boolean {
  const last = timesMs.length - 1;
  const now = cursor.get();
  const at = now === undefined ? last + 1 : (nearestIndex(timesMs, now) ?? 0);
  const next = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[key];
  if (key === 'Escape' && now !== undefined) cursor.set(undefined);
  else if (next === undefined) return false;
  else cursor.set(timesMs[Math.min(last, Math.max(0, next))]);
  return true;
}
