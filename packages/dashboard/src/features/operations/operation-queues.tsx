import type { OperationDetail, OperationQueue } from '@drover/contract';
import { formatCount } from '../../models/format';
import type { ExportTable } from '../../models/table-export';
import { Link } from '../../router/link';
import { queuePath } from '../../router/routes';
import { DataTable } from '../../ui/data-table';
import { ExportMenu } from '../../ui/export-menu';
import { Panel } from '../../ui/panel';

const words: Record<OperationQueue['state'], { word: string; className: string }> = {
  pending: { word: 'To do', className: 'text-text-2' },
  running: { word: 'At work', className: 'text-accent' },
  done: { word: 'Done', className: '' },
  failed: { word: 'Failed', className: 'text-critical' },
};

/** What an operation did, queue by queue, and what it could not do. */
export function OperationQueues({ operation }: { operation: OperationDetail }) {
  const { queues, errors = [], id } = operation;
  return (
    <>
      {errors.length > 0 && (
        <Panel title="What could not be changed" meta={`the first ${errors.length}`}>
          <ul className="operation-errors">
            {errors.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </ul>
        </Panel>
      )}
      <Panel
        title="Queue by queue"
        meta={`${queues.length}`}
        actions={<ExportMenu name={`operation-${id}`} table={() => exportOf(queues)} />}
      >
        <DataTable
          caption="What was done, queue by queue"
          rows={queues}
          rowKey={({ queueName }) => queueName}
          orderKey=""
          columns={[
            {
              key: 'queue',
              label: 'Queue',
              role: 'title',
              cell: ({ queueName }) => (
                <Link className="link" to={queuePath(queueName)}>
                  {queueName}
                </Link>
              ),
            },
            {
              key: 'state',
              label: 'State',
              cell: ({ state }) => <span className={words[state].className}>{words[state].word}</span>,
            },
            { key: 'total', label: 'Matched', numeric: true, cell: ({ total }) => formatCount(total) },
            { key: 'done', label: 'Done', numeric: true, cell: ({ done }) => formatCount(done) },
            { key: 'failed', label: 'Not changed', numeric: true, cell: ({ failed }) => formatCount(failed) },
            {
              key: 'note',
              label: 'Note',
              width: '34%',
              cell: ({ message, wasPaused }) =>
                message ?? (wasPaused === undefined ? '' : wasPaused ? 'Was paused before' : 'Was running before'),
            },
          ]}
        />
      </Panel>
    </>
  );
}

function exportOf(queues: readonly OperationQueue[]): ExportTable {
  return {
    columns: ['queue', 'state', 'matched', 'done', 'failed', 'uncounted', 'wasPaused', 'message'],
    rows: queues.map(({ queueName, state, total, done, failed, uncounted, wasPaused, message }) => [
      ...[queueName, state, total, done, failed, uncounted, wasPaused, message],
    ]),
  };
}
