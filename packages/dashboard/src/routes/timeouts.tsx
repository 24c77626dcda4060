import '../styles/charts.css';
import '../styles/rate-limits.css';
import { useQueuesHealth, useTimeoutConfig } from '@drover/react';
import { TimeoutList } from '../features/timeouts/timeout-list';
import { timeoutMode } from '../models/timeouts';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { QueryError, Skeleton } from '../ui/panel-states';
import { useDetailInSight } from '../ui/use-detail-in-sight';
import { TimeoutDetail } from './timeout-detail';
import { usePageTitle } from './use-page-title';

export function TimeoutsRoute() {
  usePageTitle('Timeouts');
  const { params } = useAppLocation();
  const detail = useDetailInSight(params.get('queue'));
  const config = useTimeoutConfig();
  const queues = useQueuesHealth();
  const names = Object.keys(config.data ?? {}).toSorted((a, b) => a.localeCompare(b));
  const chosen = params.get('queue') ?? names[0];
  const off = Object.values(config.data ?? {}).filter((timeout) => timeoutMode(timeout) === 'off').length;
  return (
    <>
      <div className="page-head">
        <h1>Timeouts</h1>
        {config.data && (
          <p className="verdict">
            {off === 0 ? 'Every queue has a timeout' : `${off} of ${names.length} queues let jobs run without an end`}
          </p>
        )}
      </div>
      {!config.data && (
        <Panel title="Timeouts">
          {config.error ? (
            <QueryError error={config.error} onRetry={() => void config.refetch()} />
          ) : (
            <Skeleton className="m-3 h-72 opacity-50" />
          )}
        </Panel>
      )}
      {config.data && (
        <div className="split">
          <TimeoutList config={config.data} queues={queues.data ?? []} chosen={chosen} />
          <div ref={detail} className="in-sight">
            {chosen !== undefined && <TimeoutDetail key={chosen} queueName={chosen} />}
          </div>
        </div>
      )}
    </>
  );
}
