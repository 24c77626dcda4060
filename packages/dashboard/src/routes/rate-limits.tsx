import '../styles/charts.css';
import '../styles/rate-limits.css';
import {
  useDeleteRateLimit,
  useRateLimitConfig,
  useRateLimitHistory,
  useRateLimitStatuses,
  useUpdateRateLimit,
  versionOf,
} from '@drover/react';
import { useMemo, useRef, useState } from 'react';
import { LimiterDetail } from '../features/rate-limits/limiter-detail';
import { AddLimiter, RemoveLimiter } from '../features/rate-limits/limiter-dialogs';
import { LimiterList } from '../features/rate-limits/limiter-list';
import { plural } from '../models/format';
import { keepOrder } from '../models/keep-order';
import { limiterVerdict, orderLimiters } from '../models/rate-limits';
import { readTimeRange, windowOf } from '../models/time-range';
import { setParams, useAppLocation } from '../router/location';
import { Panel } from '../ui/panel';
import { QueryError, Skeleton } from '../ui/panel-states';
import { useDetailInSight } from '../ui/use-detail-in-sight';
import { useServerNow } from '../ui/use-server-now';
import { usePageTitle } from './use-page-title';

export function RateLimitsRoute() {
  usePageTitle('Rate limits');
  const { params } = useAppLocation();
  const range = useMemo(() => readTimeRange(params), [params]);
  const nowMs = useServerNow(5_000);
  const [asking, setAsking] = useState<'add' | 'remove'>();
  const detail = useDetailInSight(params.get('limiter'));
  const config = useRateLimitConfig();
  const known = config.data ? Object.keys(config.data) : [];
  const replies = useRateLimitStatuses(known);
  const statuses = new Map(known.flatMap((name, at) => (replies[at]?.data ? [[name, replies[at].data] as const] : [])));
  // Ordered by need when the page opens; a limiter that fills up must not jump from under the pointer.
  const shown = useRef<readonly string[]>([]);
  const complete = known.length > 0 && statuses.size === known.length;
  const names =
    config.data && complete && shown.current.length === 0
      ? orderLimiters(config.data, statuses, nowMs)
      : keepOrder(known, shown.current, (name) => name);
  if (complete) shown.current = names;

  const chosen = params.get('limiter') ?? names[0] ?? '';
  const windows = config.data && Object.hasOwn(config.data, chosen) ? config.data[chosen] : undefined;
  const { fromMs, toMs } = windowOf(range, nowMs);
  const minute = 60_000;
  const history = useRateLimitHistory(windows ? chosen : '', {
    since: new Date(Math.floor(fromMs / minute) * minute),
    ...(range.kind === 'fixed' && { until: new Date(toMs) }),
  });
  const update = useUpdateRateLimit({ notifyErrors: false });
  const remove = useDeleteRateLimit({ notifyErrors: false });
  // What a draft is based on is a limiter of a whole document: the document has the version.
  const documents = useRef(new WeakMap<object, object>());
  if (config.data && windows) documents.current.set(windows, config.data);

  const troubled = [...statuses.values()].filter((status) =>
    ['critical', 'warning'].includes(limiterVerdict(status, nowMs).level),
  ).length;
  return (
    <>
      <div className="page-head">
        <h1>Rate limits</h1>
        {complete && (
          <p className="verdict">
            {troubled === 0 ? 'No limiter is near its limit' : `${plural(troubled, 'limiter')} at or near a limit`}
          </p>
        )}
      </div>
      {!config.data && (
        <Panel title="Limiters">
          {config.error ? (
            <QueryError error={config.error} onRetry={() => void config.refetch()} />
          ) : (
            <Skeleton className="m-3 h-72 opacity-50" />
          )}
        </Panel>
      )}
      {config.data && (
        <div className="split">
          <LimiterList {...{ names, statuses, chosen, nowMs }} onAdd={() => setAsking('add')} />
          <div ref={detail} className="in-sight">
            {windows && (
              <LimiterDetail
                limiterName={chosen}
                windows={windows}
                status={statuses.get(chosen)}
                history={history.data?.limiterName === chosen ? history.data : undefined}
                instead={
                  !history.data &&
                  history.error && <QueryError error={history.error} onRetry={() => void history.refetch()} />
                }
                {...{ fromMs, toMs, nowMs }}
                onSave={(change, basedOn) =>
                  update.mutateAsync({
                    limiterName: chosen,
                    update: change,
                    ifMatch: basedOn && versionOf(documents.current.get(basedOn)),
                  })
                }
                onReload={() => config.refetch()}
                onRemove={() => setAsking('remove')}
              />
            )}
          </div>
        </div>
      )}
      {asking === 'add' && (
        <AddLimiter
          taken={known}
          onAdd={async (limiterName, change) => {
            await update.mutateAsync({ limiterName, update: change });
            await config.refetch();
            setParams({ limiter: limiterName });
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === 'remove' && windows && (
        <RemoveLimiter
          limiterName={chosen}
          onRemove={async () => {
            const { removed } = await remove.mutateAsync({ limiterName: chosen });
            await config.refetch();
            if (removed) setParams({ limiter: undefined });
          }}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
