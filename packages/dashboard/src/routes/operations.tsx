import { useOperationPages } from '@drover/react';
import { OperationsPanel } from '../features/operations/operations-panel';
import { plural } from '../models/format';
import { LoadMore } from '../ui/load-more';
import { QueryError } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';
import { usePageTitle } from './use-page-title';

export function OperationsRoute() {
  usePageTitle('Operations');
  const nowMs = useServerNow(5_000);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useOperationPages();
  const operations = data?.pages.flatMap((page) => page.operations);
  return (
    <>
      <div className="page-head">
        <h1>Operations</h1>
      </div>
      <OperationsPanel
        operations={operations}
        total={data?.pages[0]?.total}
        nowMs={nowMs}
        instead={!data && error && <QueryError error={error} onRetry={() => void refetch()} />}
        more={
          operations &&
          operations.length > 0 && (
            <LoadMore
              hasMore={hasNextPage}
              loading={isFetchingNextPage}
              onMore={() => void fetchNextPage()}
              shown={plural(operations.length, 'operation')}
            />
          )
        }
      />
    </>
  );
}
