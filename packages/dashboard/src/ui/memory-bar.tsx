import '../styles/memory-bar.css';
import { formatMegabytes } from '../models/format';
import type { MemoryLevel } from '../models/memory';

export interface MemoryBarProps {
  rssMB: number;
  /** RSS of the hard limit, in percent; undefined where there is no limit. */
  percent: number | undefined;
  /** Soft limit of the hard one, 0 to 1; 1 where there is none. */
  softShare: number;
  level: MemoryLevel;
  /** Exact limits, for the tooltip. */
  title?: string;
}

const fills = { normal: 'var(--series-1)', warning: 'var(--warning-fill)', critical: 'var(--critical-fill)' };
const words = { normal: '', warning: ' above the soft limit', critical: ' near the hard limit' };

/** A worker against its limits: the bar's end is the hard limit, the tick the soft one. */
export function MemoryBar({ rssMB, percent, softShare, level, title }: MemoryBarProps) {
  if (percent === undefined) return <span>{formatMegabytes(rssMB)}</span>;
  return (
    <span className="memory-bar" title={title ?? `${Math.round(percent)} % of its hard limit`}>
      <span className="memory-track" aria-hidden="true">
        <i style={{ width: `${Math.min(100, percent)}%`, background: fills[level] }} />
        {softShare < 1 && <u style={{ left: `${softShare * 100}%` }} />}
      </span>
      <span className={level === 'normal' ? '' : `cell-${level}`}>
        {formatMegabytes(rssMB)}
        <span className="sr-only">{words[level]}</span>
      </span>
    </span>
  );
}
