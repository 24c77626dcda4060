import type { QueueMetricsResponse } from '@drover/contract';
import { useQueueMetrics } from '@drover/react';
import { useMemo } from 'react';
import { type Comparison, comparisonWords, earlierMs, overlay } from '../models/comparison';
import { historyQuery, type TimeRange } from '../models/time-range';
import { hasLine, type Timeline, timelineOf } from '../models/timeline';

export interface ComparedInput {
  readonly queueName: string;
  readonly comparison: Comparison | undefined;
  readonly range: TimeRange;
  readonly nowMs: number;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly timeline: Timeline | undefined;
  readonly stepMs: number;
}

export interface Compared {
  readonly words: string;
  /** Why there is nothing to see. */
  readonly note: string | undefined;
  /** Both on one axis; undefined until the compared numbers are there. */
  readonly overlay: ReturnType<typeof overlay> | undefined;
}

/** The numbers that the charts of a queue are laid over. */
export function useComparedTimeline(input: ComparedInput): Compared | undefined {
  const { queueName, comparison, range, nowMs, window, timeline, stepMs } = input;
  const beforeMs = earlierMs(comparison, range);
  const asked = comparison?.kind === 'queue' ? comparison.queueName : queueName;
  // An empty name asks for nothing.
  const { data, error, isPlaceholderData } = useQueueMetrics(
    comparison ? asked : '',
    historyQuery(range, nowMs, beforeMs),
  );
  const fromMs = window.fromMs - beforeMs;
  const toMs = window.toMs - beforeMs;
  const compared = useMemo(
    () => (comparison && data && !isPlaceholderData ? comparedTimeline(data, fromMs, toMs) : undefined),
    [comparison, data, isPlaceholderData, fromMs, toMs],
  );
  const laid = useMemo(
    () =>
      timeline &&
      compared &&
      overlay({ timeline, compared, stepMs, comparedStepMs: data?.stepMs ?? stepMs, shiftMs: beforeMs }),
    [timeline, compared, stepMs, data?.stepMs, beforeMs],
  );
  if (!comparison) return undefined;
  const isEmpty = compared !== undefined && !hasLine(compared.points.map((point) => (point ? 1 : null)));
  return {
    words: comparisonWords(comparison, range),
    note: !data && error ? error.message : isEmpty ? 'of which nothing is recorded' : undefined,
    overlay: laid,
  };
}

function comparedTimeline({ history = [], stepMs = 10_000 }: QueueMetricsResponse, fromMs: number, toMs: number) {
  return timelineOf({ history, current: undefined, stepMs, fromMs, toMs });
}
