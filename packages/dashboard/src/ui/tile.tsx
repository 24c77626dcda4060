import type { ReactNode } from 'react';
import { Link } from '../router/link';
import { Skeleton } from './panel-states';

export interface TileProps {
  label: string;
  /** Undefined while loading. */
  value: ReactNode;
  /** Exact value, for the tooltip. */
  exact?: string | undefined;
  unit?: string | undefined;
  tone?: 'warning' | 'critical' | undefined;
  detail: ReactNode;
  figure?: ReactNode;
  to?: string;
}

/** Label, value, what to compare it with, and its course. With `to` it leads there. */
export function Tile({ label, value, exact, unit, tone, detail, figure, to }: TileProps) {
  const loading = value === undefined;
  const content = (
    <>
      <span className="tile-label">{label}</span>
      <span className={`tile-value ${tone ? `text-${tone}` : ''}`} title={exact}>
        {loading ? <Skeleton className="h-5 w-16" /> : value}
        {!loading && unit && <small>{unit}</small>}
      </span>
      <span className="tile-figure">{figure}</span>
      <span className="tile-detail">{loading ? <Skeleton className="h-3 w-24" /> : detail}</span>
    </>
  );
  if (to === undefined || loading) return <div className="tile">{content}</div>;
  return (
    <Link className="tile" to={to}>
      {content}
    </Link>
  );
}
