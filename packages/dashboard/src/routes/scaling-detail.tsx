import type { ScalingPolicy } from '@drover/contract';
import { useEndScalingHold, useInfiniteScalingHistory, useScalingDecision, useSetScalingHold } from '@drover/react';
import { useState } from 'react';
import { DecisionPanel } from '../features/scaling/decision-panel';
import { HistoryPanel } from '../features/scaling/history-panel';
import { HoldDialog } from '../features/scaling/hold-dialog';
import { plural } from '../models/format';
import type { HistoryFilter } from '../models/scaling';
import { setParams, useAppLocation } from '../router/location';
import { LoadMore } from '../ui/load-more';
import { QueryError } from '../ui/panel-states';
import { useServerNow } from '../ui/use-server-now';

/** The decision of now, with a hold over it. */
export function LiveDecision({ policy }: { policy: ScalingPolicy }) {
  const { queueName } = policy;
  const decision = useScalingDecision(queueName);
  const hold = useSetScalingHold({ notifyErrors: false });
  const endHold = useEndScalingHold();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <DecisionPanel
        decision={decision.data}
        maxWorkers={policy.maxWorkers}
        instead={
          !decision.data &&
          decision.error && <QueryError error={decision.error} onRetry={() => void decision.refetch()} />
        }
        onHold={() => setAsking(true)}
        onEndHold={() => endHold.mutate(queueName)}
        endingHold={endHold.isPending}
      />
      {asking && (
        <HoldDialog
          policy={policy}
          currentWorkers={decision.data?.currentWorkers ?? policy.minWorkers}
          onHold={(request) => hold.mutateAsync({ queueName, hold: request })}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

export function DecisionHistory({ queueName }: { queueName: string }) {
  const nowMs = useServerNow(5_000);
  const text = useAppLocation().params.get('show');
  const filter: HistoryFilter = text === 'actions' || text === 'why-not' ? text : 'all';
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteScalingHistory(queueName);
  const history = data?.pages.flatMap((page) => page.history);
  return (
    <HistoryPanel
      history={history}
      filter={filter}
      onFilter={(next) => setParams({ show: next === 'all' ? undefined : next })}
      nowMs={nowMs}
      instead={!data && error && <QueryError error={error} onRetry={() => void refetch()} />}
      more={
        history &&
        history.length > 0 && (
          <LoadMore
            hasMore={hasNextPage}
            loading={isFetchingNextPage}
            onMore={() => void fetchNextPage()}
            shown={plural(history.length, 'decision')}
          />
        )
      }
    />
  );
}
