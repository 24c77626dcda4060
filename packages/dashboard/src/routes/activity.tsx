import '../styles/activity.css';
import { apiBasePath, buildPath } from '@drover/contract';
import { useAudit } from '@drover/react';
import { useDeferredValue, useMemo } from 'react';
import { useSession } from '../auth/use-session';
import { AuditPanel } from '../features/activity/audit-panel';
import { auditFilters, readAuditView } from '../models/audit';
import { useAppLocation } from '../router/location';
import { useServerNow } from '../ui/use-server-now';
import { usePageTitle } from './use-page-title';

export function ActivityRoute() {
  usePageTitle('Activity');
  const { params } = useAppLocation();
  const view = useMemo(() => readAuditView(params), [params]);
  const nowMs = useServerNow(10_000);
  // Typing must not wait for what is found, nor ask at every letter that a faster one follows.
  const filters = auditFilters(useDeferredValue(view), nowMs);
  const audit = useAudit(filters);
  const entries = useMemo(() => audit.data?.pages.flatMap((page) => page.entries), [audit.data]);
  return (
    <>
      <div className="page-head">
        <h1>Activity</h1>
        <p className="text-text-2">Every change, sign-in and refusal: who, what, when, from where.</p>
      </div>
      <AuditPanel
        entries={entries}
        error={audit.error}
        onRetry={() => void audit.refetch()}
        view={view}
        hasMore={audit.hasNextPage}
        loadingMore={audit.isFetchingNextPage}
        onMore={() => void audit.fetchNextPage()}
        open={params.get('entry') ?? undefined}
        nowMs={nowMs}
        self={useSession().data?.user.id}
        exportPath={(format) => apiBasePath + buildPath('exportAudit', undefined, { ...filters, format })}
      />
    </>
  );
}
