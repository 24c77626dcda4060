import '../styles/charts.css';
import '../styles/rate-limits.css';
import '../styles/scaling.css';
import type { UpdateScalingPolicyRequest } from '@drover/contract';
import { useQueuesHealth, useScalingPolicies, useSimulateScaling, useUpdateScalingPolicy } from '@drover/react';
import { useMemo, useState } from 'react';
import { PolicyEditor } from '../features/scaling/policy-editor';
import { PolicyList } from '../features/scaling/policy-list';
import { WhatIfPanel } from '../features/scaling/what-if-panel';
import { plural } from '../models/format';
import { rangeWords, readTimeRange, spanOf, windowOf } from '../models/time-range';
import { useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { QueryError, Skeleton } from '../ui/panel-states';
import { useDetailInSight } from '../ui/use-detail-in-sight';
import { useServerNow } from '../ui/use-server-now';
import { DecisionHistory, LiveDecision } from './scaling-detail';
import { usePageTitle } from './use-page-title';

export function ScalingRoute() {
  usePageTitle('Scaling');
  const { params } = useAppLocation();
  const policies = useScalingPolicies();
  const queues = useQueuesHealth();
  const sorted = useMemo(
    () => policies.data?.toSorted((a, b) => a.queueName.localeCompare(b.queueName)) ?? [],
    [policies.data],
  );
  const chosen = params.get('queue') ?? sorted[0]?.queueName;
  const policy = sorted.find(({ queueName }) => queueName === chosen);
  const moving = (queues.data ?? []).filter(
    ({ workers }) => workers?.desired !== undefined && workers.desired !== workers.ready + workers.starting,
  ).length;
  return (
    <>
      <div className="page-head">
        <h1>Scaling</h1>
        {policies.data && (
          <p className="verdict">
            {moving === 0
              ? 'Every queue has the workers it wants'
              : `${plural(moving, 'queue')} on the way to another count`}
          </p>
        )}
      </div>
      {!policies.data && (
        <Panel title="Policies">
          {policies.error ? (
            <QueryError error={policies.error} onRetry={() => void policies.refetch()} />
          ) : (
            <Skeleton className="m-3 h-72 opacity-50" />
          )}
        </Panel>
      )}
      {policies.data && (
        <div className="scaling-top">
          <PolicyList policies={sorted} queues={queues.data ?? []} chosen={chosen} />
          {policy && <Workbench key={policy.queueName} queueName={policy.queueName} />}
        </div>
      )}
    </>
  );
}

/** More is not replayed at once: of a longer range its end. */
const longestReplayMs = 7 * 86_400_000;

/** One queue: its policy, the decision of now, what a draft would have done, and what was decided. */
function Workbench({ queueName }: { queueName: string }) {
  const policies = useScalingPolicies();
  const policy = policies.data?.find((one) => one.queueName === queueName);
  const { params } = useAppLocation();
  const range = useMemo(() => readTimeRange(params), [params]);
  const nowMs = useServerNow(60_000);
  const detail = useDetailInSight(params.get('queue'));
  const [draft, setDraft] = useState<UpdateScalingPolicyRequest>();
  const [replayed, setReplayed] = useState('');
  const update = useUpdateScalingPolicy({ notifyErrors: false });
  const simulate = useSimulateScaling();
  if (!policy) return null;
  const asked = JSON.stringify([draft, params.get('range'), params.get('from'), params.get('to'), policy.version]);
  const run = () => {
    const { fromMs, toMs } = windowOf(range, nowMs);
    setReplayed(asked);
    simulate.mutate({
      queueName,
      since: new Date(Math.max(fromMs, toMs - longestReplayMs)),
      ...(range.kind === 'fixed' && { until: new Date(toMs) }),
      ...(draft && { policy: draft }),
    });
  };
  return (
    <>
      <div ref={detail} className="in-sight">
        <PolicyEditor
          policy={policy}
          onSave={(change, basedOn) =>
            update.mutateAsync({
              queueName,
              update: change,
              ifMatch: basedOn?.version === undefined ? undefined : `"${basedOn.version}"`,
            })
          }
          onReload={() => policies.refetch()}
          onDraft={setDraft}
        />
      </div>
      <LiveDecision policy={policy} />
      <div className="scaling-what-if">
        <WhatIfPanel
          queueName={queueName}
          rangeWords={spanOf(range) > longestReplayMs ? '7 d' : rangeWords(range)}
          hasDraft={draft !== undefined}
          result={simulate.data}
          outdated={replayed !== asked}
          error={simulate.error}
          running={simulate.isPending}
          onRun={run}
        />
      </div>
      <DecisionHistory queueName={queueName} />
    </>
  );
}
