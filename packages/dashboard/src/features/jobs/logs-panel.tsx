import type { JobLogsResponse } from '@drover/contract';
import { useLayoutEffect, useRef } from 'react';
import { formatCount, plural } from '../../models/format';
import { Panel } from '../../ui/panel';
import { QueryError, Skeleton } from '../../ui/panel-states';

/** Lines of a page; the API gives up to 1,000. */
export const logPage = 200;

export interface LogsPanelProps {
  /** The first line's number, from 0. */
  from: number;
  logs: JobLogsResponse | undefined;
  /** Lines that there are, as the job itself tells. */
  total: number;
  error: Error | null;
  onRetry: () => void;
  /** Undefined: the end, as it grows. */
  onFrom: (from: number | undefined) => void;
}

/** What the handler logged: the last lines first, page by page back. */
export function LogsPanel({ from, logs, total, error, onRetry, onFrom }: LogsPanelProps) {
  const lines = logs?.lines ?? [];
  const end = from + lines.length;
  const box = useRef<HTMLElement>(null);
  const atEnd = useRef(true);
  // Follows the end while that is in sight; whoever scrolled back reads on.
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each new line.
  useLayoutEffect(() => {
    if (box.current && atEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [end]);
  return (
    <Panel
      title="Logs"
      meta={plural(total, 'line')}
      actions={
        total > logPage && (
          <>
            <span className="meta">
              {formatCount(from + 1)} to {formatCount(end)}
            </span>
            <button
              type="button"
              className="btn btn-sm"
              disabled={from === 0}
              onClick={() => onFrom(Math.max(0, from - logPage))}
            >
              Earlier
            </button>
            <button
              type="button"
              className="btn btn-sm"
              disabled={end >= total}
              onClick={() => onFrom(from + 2 * logPage >= total ? undefined : from + logPage)}
            >
              Later
            </button>
          </>
        )
      }
    >
      {!logs && (error ? <QueryError error={error} onRetry={onRetry} /> : <Skeleton className="m-3 h-16 opacity-50" />)}
      {logs && lines.length === 0 && <p className="job-none">It logged nothing.</p>}
      {lines.length > 0 && (
        <section
          ref={box}
          className="job-text"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it.
          tabIndex={0}
          aria-label="Log lines"
          onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
            atEnd.current = scrollTop + clientHeight > scrollHeight - 20;
          }}
        >
          <ol className="job-log" start={from + 1}>
            {lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line has no name but its number.
              <li key={from + at}>{line}</li>
            ))}
          </ol>
        </section>
      )}
    </Panel>
  );
}
