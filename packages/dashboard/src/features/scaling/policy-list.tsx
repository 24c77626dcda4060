import type { QueueHealthStatus, ScalingPolicy } from '@drover/contract';
import { runningWorkers } from '../../models/queue-rows';
import { setParams } from '../../router/location';
import { DataTable } from '../../ui/data-table';
import { Panel } from '../../ui/panel';
import { Empty } from '../../ui/panel-states';

export interface PolicyListProps {
  policies: readonly ScalingPolicy[];
  queues: readonly QueueHealthStatus[];
  chosen: string | undefined;
}

const modeWords = { auto: '', dry_run: 'dry run', off: 'off' };

/** Every queue with its range and how many workers it has now. */
export function PolicyList({ policies, queues, chosen }: PolicyListProps) {
  const byName = new Map(queues.map((queue) => [queue.queueName, queue]));
  return (
    <Panel title="Policies" meta={String(policies.length)}>
      {policies.length === 0 ? (
        <Empty title="No queue yet.">A queue shows here as soon as it had a job.</Empty>
      ) : (
        <DataTable
          caption="Scaling policies"
          rows={policies}
          rowKey={({ queueName }) => queueName}
          orderKey=""
          onOpen={({ queueName }) => setParams({ queue: queueName })}
          current={chosen}
          columns={[
            {
              key: 'queue',
              label: 'Queue',
              role: 'title',
              cell: ({ queueName }) => (
                <button type="button" className="link-button ellipsis" onClick={() => setParams({ queue: queueName })}>
                  {queueName}
                </button>
              ),
            },
            {
              key: 'range',
              label: 'Range',
              numeric: true,
              width: '84px',
              cell: ({ minWorkers, maxWorkers, mode = 'auto' }) => (
                <span className="text-text-2">
                  {minWorkers}–{maxWorkers}
                  {mode !== 'auto' && <span className="line-2 block">{modeWords[mode]}</span>}
                </span>
              ),
            },
            {
              key: 'workers',
              label: 'Workers',
              numeric: true,
              width: '76px',
              cell: ({ queueName }) => {
                const queue = byName.get(queueName);
                const running = queue && runningWorkers(queue);
                const desired = queue?.workers?.desired;
                if (running === undefined) return '–';
                return desired === undefined || desired === running ? running : `${running} → ${desired}`;
              },
            },
          ]}
        />
      )}
    </Panel>
  );
}
