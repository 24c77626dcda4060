import type { OperationSummary } from '@drover/contract';
import type { ReactNode } from 'react';
import { formatInstant, formatSpan, plural } from '../../models/format';
import { operationCounts, operationTitle } from '../../models/operations';
import { Link } from '../../router/link';
import { navigate } from '../../router/location';
import { operationPath } from '../../router/routes';
import { DataTable } from '../../ui/data-table';
import { Panel } from '../../ui/panel';
import { Empty, Skeleton } from '../../ui/panel-states';
import { OperationState } from './operation-state';

export interface OperationsPanelProps {
  /** Undefined while loading. */
  operations: readonly OperationSummary[] | undefined;
  total: number | undefined;
  nowMs: number;
  instead?: ReactNode;
  /** The end of the list: a button for more. */
  more?: ReactNode;
}

/** What was done to many queues or jobs, newest first. */
export function OperationsPanel({ operations, total, nowMs, instead, more }: OperationsPanelProps) {
  return (
    <Panel title="All operations" meta={total !== undefined && total > 0 ? plural(total, 'operation') : undefined}>
      {instead}
      {!instead && !operations && <Skeleton className="m-3 h-48 opacity-50" />}
      {operations?.length === 0 && (
        <Empty title="No operation yet.">
          Choose queues in the{' '}
          <Link className="link" to="/queues">
            list of queues
          </Link>{' '}
          to pause, resume, clean or retry them together. What each did stays readable here.
        </Empty>
      )}
      {operations && operations.length > 0 && (
        <DataTable
          caption="Operations, newest first"
          rows={operations}
          rowKey={({ id }) => id}
          onOpen={({ id }) => navigate(operationPath(id))}
          columns={[
            {
              key: 'what',
              label: 'What',
              role: 'title',
              cell: (operation) => (
                <Link className="link" to={operationPath(operation.id)}>
                  {operationTitle(operation)}
                </Link>
              ),
            },
            { key: 'queues', label: 'Queues', numeric: true, width: '80px', cell: ({ queueCount }) => queueCount },
            {
              key: 'state',
              label: 'State',
              width: '128px',
              cell: (operation) => <OperationState operation={operation} />,
            },
            { key: 'result', label: 'Result', cell: operationCounts },
            { key: 'by', label: 'By', width: '14%', cell: ({ requestedBy }) => requestedBy.replace(/^user:/, '') },
            {
              key: 'when',
              label: 'When',
              numeric: true,
              width: '120px',
              cell: ({ requestedAt }) => (
                <time dateTime={requestedAt.toISOString()} title={formatInstant(requestedAt)}>
                  {formatSpan(nowMs - requestedAt.getTime())} ago
                </time>
              ),
            },
          ]}
        />
      )}
      {more}
    </Panel>
  );
}
