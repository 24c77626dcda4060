import { Panel } from '../../ui/panel';
import { Skeleton } from '../../ui/panel-states';

const rows = Array.from({ length: 12 }, (_, row) => row);

/** As high as a dozen rows, so that the page does not jump when they come. */
export function QueueListSkeleton({ title }: { title: string }) {
  return (
    <Panel title={title}>
      <div role="status" className="sr-only">
        Loading queues
      </div>
      <div aria-hidden="true" className="pt-[30px]">
        {rows.map((row) => (
          <div key={row} className="flex h-9 items-center gap-6 border-border-subtle border-t px-3">
            <Skeleton className="h-3.5 w-16" />
            <Skeleton className="h-3.5 w-36" />
            <Skeleton className="h-3.5 flex-1" />
          </div>
        ))}
      </div>
    </Panel>
  );
}
