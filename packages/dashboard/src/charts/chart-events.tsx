import {
  ArrowDown,
  ArrowUp,
  CirclePause,
  CirclePlay,
  ListChecks,
  type LucideIcon,
  Recycle,
  TriangleAlert,
} from 'lucide-react';
import { useMemo } from 'react';
import { type ChartEvent, type ChartEventKind, eventMarks } from '../models/chart-events';
import { formatInstant } from '../models/format';

export const eventIcons: Record<ChartEventKind, LucideIcon> = {
  alert: TriangleAlert,
  scale_up: ArrowUp,
  scale_down: ArrowDown,
  recycle: Recycle,
  pause: CirclePause,
  resume: CirclePlay,
  operation: ListChecks,
};

export interface ChartEventsProps {
  events: readonly ChartEvent[];
  fromMs: number;
  toMs: number;
  area: { leftPx: number; widthPx: number };
}

/** A dotted line and an icon where something happened; the words are in the tooltip and in the page's list. */
export function ChartEvents({ events, fromMs, toMs, area }: ChartEventsProps) {
  const { leftPx, widthPx } = area;
  const marks = useMemo(() => eventMarks({ events, fromMs, toMs, widthPx }), [events, fromMs, toMs, widthPx]);
  return (
    <div className="chart-events" style={{ left: leftPx, width: widthPx }} aria-hidden="true">
      {marks.map(({ leftPx: left, events: merged }) => {
        const [first] = merged;
        if (!first) return null;
        const Shape = eventIcons[first.kind];
        return (
          <span key={`${first.kind} ${first.atMs}`} className={`chart-event ${toneOf(merged)}`} style={{ left }}>
            <span className="chart-event-icon" title={merged.map(markWords).join('\n')}>
              {merged.length > 1 ? merged.length : <Shape size={11} strokeWidth={2} />}
            </span>
          </span>
        );
      })}
    </div>
  );
}

function markWords({ label, atMs }: ChartEvent): string {
  return `${label}, ${formatInstant(atMs)}`;
}

function toneOf(events: readonly ChartEvent[]): string {
  if (events.some(({ severity }) => severity === 'critical')) return 'tone-critical';
  return events.some(({ severity }) => severity === 'warning') ? 'tone-warning' : '';
}
