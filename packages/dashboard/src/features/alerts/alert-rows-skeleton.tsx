import { Skeleton } from '../../ui/panel-states';

/** As high as the rows of alerts that it stands for. */
export function AlertRowsSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <ul aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of nothing have no other name, and never move.
        <li key={row} className="skeleton-row">
          <Skeleton className="h-3.5 w-16" />
          <Skeleton className="h-3.5 w-32" />
          <Skeleton className="h-3.5 w-full" />
          <Skeleton className="h-3.5 w-20" />
        </li>
      ))}
    </ul>
  );
}
