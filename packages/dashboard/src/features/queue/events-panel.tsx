import { useState } from 'react';
import { eventIcons } from '../../charts/chart-events';
import type { CursorStore } from '../../charts/cursor-store';
import { type ChartEvent, eventWords } from '../../models/chart-events';
import { formatInstant, formatSpan, plural } from '../../models/format';
import { ExportMenu } from '../../ui/export-menu';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';

export interface EventsPanelProps {
  queueName: string;
  /** Of the range, oldest first; undefined while none of their sources has answered. */
  events: readonly ChartEvent[] | undefined;
  nowMs: number;
  cursor: CursorStore;
}

const shownAtFirst = 8;

/** What the icons on the charts stand for, in words, the latest first. */
export function EventsPanel({ queueName, events, nowMs, cursor }: EventsPanelProps) {
  const [all, setAll] = useState(false);
  const newest = events?.toReversed() ?? [];
  const shown = all ? newest : newest.slice(0, shownAtFirst);
  return (
    <Panel
      title="What happened"
      meta={events && events.length > 0 ? `${plural(events.length, 'event')} in this range` : undefined}
      actions={
        newest.length > 0 && (
          <ExportMenu
            name={`${queueName}-events`}
            table={() => ({
              columns: ['time', 'kind', 'severity', 'what'],
              rows: newest.map(({ atMs, kind, severity, label }) => [new Date(atMs), kind, severity ?? null, label]),
            })}
          />
        )
      }
      footer={
        newest.length > shownAtFirst ? (
          <button type="button" className="btn btn-sm btn-ghost" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? 'Show fewer' : `Show all ${newest.length}`}
          </button>
        ) : undefined
      }
    >
      {!events && <Skeleton className="m-3 h-24 opacity-50" />}
      {events?.length === 0 && (
        <Empty title="Nothing happened in this range.">
          Alerts, scale actions, recycles, pauses and operations of this queue show here and on its charts.
        </Empty>
      )}
      {shown.length > 0 && (
        <ol className="events">
          {shown.map(({ atMs, kind, severity, label }) => (
            <li key={`${atMs} ${kind} ${label}`}>
              <span className={`event-kind ${severity ? `tone-${severity}` : ''}`}>
                <Icon icon={eventIcons[kind]} small />
                {eventWords[kind]}
              </span>
              <span className="event-label" title={label}>
                {label}
              </span>
              <button
                type="button"
                className="link event-time"
                title={`${formatInstant(atMs)}: show it on the charts`}
                onClick={() => cursor.set(atMs)}
              >
                {formatSpan(nowMs - atMs)} ago
              </button>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
