import '../styles/forms.css';
import '../styles/jobs.css';
import '../styles/operations.css';
import { useJobTrash, useQuarantine, useQueuesHealth, useRestoreJobs } from '@drover/react';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useSession } from '../auth/use-session';
import { TrashPanel } from '../features/jobs/trash-panel';
import { formatCount, plural } from '../models/format';
import { totalCounts } from '../models/jobs';
import { noFilterParams } from '../models/jobs-view';
import { useAppLocation } from '../router/location';
import { notify } from '../shell/toasts';
import { Icon } from '../ui/icon';
import { Tabs, useTabParam } from '../ui/tabs';
import { useServerNow } from '../ui/use-server-now';
import { FailuresTab } from './failures-tab';
import { JobsList } from './jobs-list';
import { QuarantineTab } from './quarantine-tab';
import { usePageTitle } from './use-page-title';

const AddJob = lazy(async () => ({ default: (await import('./job-forms')).AddJob }));

const tabs = [
  { value: 'jobs', label: 'Jobs' },
  { value: 'failures', label: 'Failures' },
  { value: 'quarantine', label: 'Quarantine' },
  { value: 'trash', label: 'Trash' },
] as const;

export function JobsRoute() {
  usePageTitle('Jobs');
  const [tab, chooseTab] = useTabParam(tabs, { forget: ['sort', 'state', 'order', ...Object.keys(noFilterParams)] });
  const { data: queues } = useQueuesHealth();
  const [adding, setAdding] = useState(false);
  const { params } = useAppLocation();
  const setAside = useQuarantine().data?.pages[0]?.jobs.length ?? 0;
  const total = useMemo(() => queues && totalCounts(queues), [queues]);
  return (
    <>
      <div className="page-head">
        <h1>Jobs</h1>
        {total && (
          <p className="verdict">
            {total.failed === 0 ? 'None has failed' : `${formatCount(total.failed ?? 0)} failed`}
            {total.active !== undefined && ` · ${formatCount(total.active)} at work`}
            {total.waiting !== undefined && ` · ${plural(total.waiting, 'waiting', 'waiting')}`}
          </p>
        )}
        <button type="button" className="btn ml-auto" onClick={() => setAdding(true)}>
          <Icon icon={Plus} />
          Add a job…
        </button>
      </div>
      <Tabs
        label="Jobs"
        tabs={tabs.map((item) =>
          item.value === 'quarantine' && setAside > 0 ? { ...item, count: formatCount(setAside) } : item,
        )}
        value={tab}
        onChange={chooseTab}
      >
        {tab === 'jobs' && <JobsList />}
        {tab === 'failures' && <FailuresTab />}
        {tab === 'quarantine' && <QuarantineTab />}
        {tab === 'trash' && <TrashTab />}
      </Tabs>
      {adding && (
        <Suspense>
          <AddJob queueName={params.get('queue') ?? undefined} onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </>
  );
}

function TrashTab() {
  const trash = useJobTrash();
  const restore = useRestoreJobs();
  const nowMs = useServerNow(5_000);
  const jobs = useMemo(() => trash.data?.pages.flatMap((page) => page.jobs), [trash.data]);
  return (
    <TrashPanel
      jobs={jobs}
      error={trash.error}
      onRetry={() => void trash.refetch()}
      hasMore={trash.hasNextPage}
      loadingMore={trash.isFetchingNextPage}
      onMore={() => void trash.fetchNextPage()}
      nowMs={nowMs}
      self={useSession().data?.user.id}
      restoring={restore.isPending}
      onRestore={async (chosen) => {
        try {
          const reply = await restore.mutateAsync(chosen.map(({ id }) => id));
          if (reply.failed === 0) notify.success(`${plural(reply.done, 'job')} restored`);
          return reply;
        } catch (error) {
          notify.error(`Nothing was restored: ${error instanceof Error ? error.message : String(error)}`);
          throw error;
        }
      }}
    />
  );
}
