import { useChangeQuarantine, useQuarantine } from '@drover/react';
import { useMemo } from 'react';
import { QuarantinePanel } from '../features/jobs/quarantine-panel';
import { plural } from '../models/format';
import { notify } from '../shell/toasts';
import { useServerNow } from '../ui/use-server-now';

/** Jobs that crashed too many workers. */
export function QuarantineTab() {
  const quarantine = useQuarantine();
  const change = useChangeQuarantine();
  const nowMs = useServerNow(5_000);
  const pages = quarantine.data?.pages;
  const jobs = useMemo(() => pages?.flatMap((page) => page.jobs), [pages]);
  return (
    <QuarantinePanel
      jobs={jobs}
      afterCrashes={pages?.[0]?.afterCrashes}
      error={quarantine.error}
      onRetry={() => void quarantine.refetch()}
      hasMore={quarantine.hasNextPage}
      loadingMore={quarantine.isFetchingNextPage}
      onMore={() => void quarantine.fetchNextPage()}
      nowMs={nowMs}
      onChange={async (action, chosen) => {
        const reply = await change.mutateAsync({ action, ids: chosen.map(({ id }) => id) });
        const done = action === 'release' ? 'released' : 'removed';
        if (reply.failed === 0) notify.success(`${plural(reply.done, 'job')} ${done}`);
        return reply;
      }}
    />
  );
}
