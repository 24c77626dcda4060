import type { QueueTimeout } from '@drover/contract';
import { useExecutionStats, useTimeoutConfig, useUpdateTimeout, versionOf } from '@drover/react';
import { useRef } from 'react';
import { ExecutionPanel } from '../features/queue/execution-panel';
import { ShadowReport } from '../features/timeouts/shadow-report';
import { TimeoutEditor } from '../features/timeouts/timeout-editor';
import { softMs, timeoutMode } from '../models/timeouts';
import { Panel } from '../ui/panel';
import { Empty, QueryError, Skeleton } from '../ui/panel-states';

/** One queue's timeouts: on the view of all of them, and as a tab of the queue. */
export function TimeoutDetail({ queueName }: { queueName: string }) {
  const config = useTimeoutConfig();
  const stats = useExecutionStats(queueName);
  const update = useUpdateTimeout({ notifyErrors: false });
  // What is edited is one queue of a whole document: the document has the version.
  const documents = useRef(new WeakMap<QueueTimeout, object>());
  const timeout = config.data?.[queueName];
  if (config.data && timeout) documents.current.set(timeout, config.data);
  if (!config.data || !timeout) {
    return (
      <Panel title="Timeouts">
        {config.error ? (
          <QueryError error={config.error} onRetry={() => void config.refetch()} />
        ) : config.data ? (
          <Empty title={`There is no queue called “${queueName}”.`} />
        ) : (
          <Skeleton className="m-3 h-48 opacity-50" />
        )}
      </Panel>
    );
  }
  return (
    <div className="limiter-detail">
      <ExecutionPanel
        stats={stats.data}
        error={stats.error}
        onRetry={() => void stats.refetch()}
        timeouts={timeoutMode(timeout) === 'off' ? undefined : { softMs: softMs(timeout), timeoutMs: timeout.timeout }}
      />
      <TimeoutEditor
        queueName={queueName}
        timeout={timeout}
        onSave={(change, basedOn) =>
          update.mutateAsync({
            queueName,
            update: change,
            ifMatch: basedOn && versionOf(documents.current.get(basedOn)),
          })
        }
        onReload={() => config.refetch()}
      />
      <ShadowReport queueName={queueName} timeout={timeout} stats={stats.data} />
    </div>
  );
}
