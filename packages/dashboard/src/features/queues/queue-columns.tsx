import type { HealthIssueKind, QueueHealthStatus, QueueMetrics } from '@drover/contract';
import type { ReactNode } from 'react';
import { formatCount, formatDuration, formatExact, formatPercent, formatRate, formatSpan } from '../../models/format';
import { known, severityOf } from '../../models/health';
import type { SortKey } from '../../models/queue-rows';

/** A numeric column of the queue table. */
export interface FigureColumn {
  readonly key: Extract<SortKey, 'waiting' | 'active' | 'delayed' | 'failed' | 'rate' | 'errors' | 'p95' | 'oldest'>;
  readonly label: string;
  /** Words before the figure on a card. */
  readonly cardLabel?: string;
  readonly field: FigureField;
  readonly format: (value: number) => string;
  /** Issues that colour the cell. */
  readonly issues: readonly HealthIssueKind[];
  /** Of a queue that finished nothing: not worth a 0. */
  readonly blankAtZero?: boolean;
}

type FigureField =
  | 'waiting'
  | 'active'
  | 'delayed'
  | 'failed'
  | 'jobsPerMinute'
  | 'errorRate'
  | 'p95ProcessingTimeMs'
  | 'oldestWaitingMs';

export const figureColumns: readonly FigureColumn[] = [
  {
    key: 'waiting',
    label: 'Waiting',
    cardLabel: 'waiting',
    field: 'waiting',
    format: formatCount,
    issues: ['queue_depth'],
  },
  { key: 'active', label: 'Active', field: 'active', format: formatCount, issues: ['stalled'] },
  { key: 'failed', label: 'Failed', cardLabel: 'failed', field: 'failed', format: formatCount, issues: [] },
  {
    key: 'rate',
    label: 'Jobs/min',
    cardLabel: 'per min',
    field: 'jobsPerMinute',
    format: formatRate,
    issues: [],
  },
  {
    key: 'errors',
    label: 'Errors',
    field: 'errorRate',
    format: (value) => formatPercent(value),
    issues: ['error_rate', 'timeout_rate'],
  },
  {
    key: 'p95',
    label: 'p95',
    field: 'p95ProcessingTimeMs',
    format: formatDuration,
    issues: ['processing_time'],
    blankAtZero: true,
  },
  {
    key: 'oldest',
    label: 'Oldest wait',
    field: 'oldestWaitingMs',
    format: formatSpan,
    issues: ['oldest_waiting'],
    blankAtZero: true,
  },
];

export interface FigureCell {
  readonly text: ReactNode;
  readonly title: string | undefined;
  readonly className: string;
}

/** A cell in words: unknown is a dash that says so, a zero is quiet, colour only where an issue is. */
export function figureCell(queue: QueueHealthStatus, column: FigureColumn): FigureCell {
  const value = known(queue.metrics, column.field);
  if (value === undefined) {
    return { text: <Dash word="unknown" />, title: `${column.label}: unknown`, className: 'zero' };
  }
  if (value === 0 && column.blankAtZero) return { text: <Dash word="none" />, title: undefined, className: 'zero' };
  const severity = severityOf(queue, ...column.issues);
  return {
    text: column.format(value),
    title: exact(value, column.field),
    className: severity ? `cell-${severity}` : value === 0 ? 'zero' : '',
  };
}

function exact(value: number, field: keyof QueueMetrics): string {
  const number = formatExact(value);
  if (field.endsWith('Ms')) return `${number} ms`;
  return field === 'errorRate' ? `${number} %` : number;
}

function Dash({ word }: { word: string }) {
  return (
    <>
      <span aria-hidden="true">–</span>
      <span className="sr-only">{word}</span>
    </>
  );
}
