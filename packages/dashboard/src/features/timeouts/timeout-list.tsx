import type { QueueHealthStatus, TimeoutConfiguration } from '@drover/contract';
import { formatCount, formatDuration, formatPercent, unknownMark } from '../../models/format';
import { known } from '../../models/health';
import { modeWords, timeoutMode, timeoutWords } from '../../models/timeouts';
import { setParams } from '../../router/location';
import { DataTable } from '../../ui/data-table';
import { Panel } from '../../ui/panel';
import { Empty } from '../../ui/panel-states';

export interface TimeoutListProps {
  config: TimeoutConfiguration;
  queues: readonly QueueHealthStatus[];
  chosen: string | undefined;
}

/** Every queue with the timeout that its workers go by. */
export function TimeoutList({ config, queues, chosen }: TimeoutListProps) {
  const metrics = new Map(queues.map((queue) => [queue.queueName, queue.metrics]));
  const rows = Object.entries(config)
    .map(([queueName, timeout]) => ({ queueName, timeout }))
    .toSorted((a, b) => a.queueName.localeCompare(b.queueName));
  if (rows.length === 0) {
    return (
      <Panel title="Timeouts">
        <Empty title="No queue yet.">A queue shows here as soon as it had a job.</Empty>
      </Panel>
    );
  }
  return (
    <Panel title="Timeouts" meta={`${rows.length} ${rows.length === 1 ? 'queue' : 'queues'}`}>
      <DataTable
        caption="Timeouts by queue"
        rows={rows}
        rowKey={({ queueName }) => queueName}
        orderKey=""
        onOpen={({ queueName }) => setParams({ queue: queueName })}
        current={chosen}
        columns={[
          {
            key: 'queue',
            label: 'Queue',
            role: 'title',
            width: '34%',
            cell: ({ queueName }) => (
              <button type="button" className="link-button ellipsis" onClick={() => setParams({ queue: queueName })}>
                {queueName}
              </button>
            ),
          },
          { key: 'timeout', label: 'Timeout', numeric: true, cell: ({ timeout }) => timeoutWords(timeout) },
          {
            key: 'mode',
            label: 'Mode',
            cell: ({ timeout }) => (
              <span className={timeoutMode(timeout) === 'on' ? '' : 'text-text-2'}>
                {modeWords[timeoutMode(timeout)]}
                {timeout.adaptiveEnabled ? ', adaptive' : ''}
              </span>
            ),
          },
          {
            key: 'p99',
            label: 'p99',
            numeric: true,
            width: '76px',
            cell: ({ queueName }) => {
              const own = metrics.get(queueName);
              const p99 = own && known(own, 'p99ProcessingTimeMs');
              return p99 ? formatDuration(p99) : unknownMark;
            },
          },
          {
            key: 'rate',
            label: 'Timed out',
            numeric: true,
            width: '84px',
            cell: ({ queueName, timeout }) => {
              const own = metrics.get(queueName);
              const rate = own && known(own, 'timeoutRate');
              const would = timeout.activity?.wouldHaveTimedOut ?? 0;
              if (timeoutMode(timeout) === 'shadow') return `${formatCount(would)} would`;
              return rate === undefined ? unknownMark : formatPercent(rate);
            },
          },
        ]}
      />
    </Panel>
  );
}
