import type { FailureGroup } from '@drover/contract';
import { useFailures, useStartOperation } from '@drover/react';
import { useState } from 'react';
import { FailureGroupsPanel } from '../features/jobs/failure-groups-panel';
import { RetryGroupDialog } from '../features/jobs/retry-group-dialog';
import { useServerNow } from '../ui/use-server-now';
import { RunningOperation } from './running-operation';

const everything = {};

export function FailuresTab() {
  const scan = useFailures(everything);
  const start = useStartOperation({ notifyErrors: false });
  const [asking, setAsking] = useState<FailureGroup>();
  const [running, setRunning] = useState<string>();
  const nowMs = useServerNow(5_000);
  return (
    <>
      {running !== undefined && <RunningOperation operationId={running} onDismiss={() => setRunning(undefined)} />}
      <FailureGroupsPanel scan={scan} nowMs={nowMs} onRetry={setAsking} />
      {asking && (
        <RetryGroupDialog
          group={asking}
          onStart={async (request) => setRunning((await start.mutateAsync(request)).operation.id)}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
