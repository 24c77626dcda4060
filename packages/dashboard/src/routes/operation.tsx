import '../styles/queue.css';
import { isApiError } from '@drover/client';
import { useCancelOperation, useOperation } from '@drover/react';
import { OperationProgress } from '../features/operations/operation-progress';
import { OperationQueues } from '../features/operations/operation-queues';
import { formatInstant, formatSpan } from '../models/format';
import { operationTitle } from '../models/operations';
import { Link } from '../router/link';
import { Panel } from '../ui/panel';
import { Empty, QueryError, Skeleton } from '../ui/panel-states';
import { usePageTitle } from './use-page-title';

export function OperationRoute({ operationId }: { operationId: string }) {
  usePageTitle('Operation');
  const { data: operation, error, refetch } = useOperation(operationId);
  const cancel = useCancelOperation();
  const crumbs = (
    <nav aria-label="Breadcrumbs" className="crumbs">
      <Link className="link" to="/operations">
        Operations
      </Link>
      <span aria-hidden="true"> / </span>
      <span className="text-text-2">{operationId}</span>
    </nav>
  );
  if (!operation) {
    return (
      <>
        {crumbs}
        <div className="page-head">
          <h1>Operation</h1>
        </div>
        <Panel title="Operation">
          {isApiError(error, 'not_found') ? (
            <Empty title="There is no such operation.">Operations are kept for 30 days.</Empty>
          ) : error ? (
            <QueryError error={error} onRetry={() => void refetch()} />
          ) : (
            <Skeleton className="m-3 h-24 opacity-50" />
          )}
        </Panel>
      </>
    );
  }
  const { requestedBy, requestedAt, startedAt, finishedAt, runBy, cancelledBy } = operation;
  const facts = [
    `asked for by ${requestedBy.replace(/^user:/, '')} at ${formatInstant(requestedAt)}`,
    runBy && `run by ${runBy}`,
    startedAt && finishedAt && `took ${formatSpan(finishedAt.getTime() - startedAt.getTime())}`,
    cancelledBy && `stopped by ${cancelledBy.replace(/^user:/, '')}`,
  ].filter(Boolean);
  return (
    <>
      <div>
        {crumbs}
        <div className="page-head">
          <h1>{operationTitle(operation)}</h1>
          <p className="verdict">{facts.join(' · ')}</p>
        </div>
      </div>
      <OperationProgress operation={operation} onCancel={() => cancel.mutateAsync(operationId)} />
      <OperationQueues operation={operation} />
    </>
  );
}
