import type { BulkKind, QueueHealthStatus, TrendsResponse } from '@drover/contract';
import { ListFilter } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { formatCount, plural } from '../../models/format';
import { countByStatus, readSort, type StatusFilter, selectRows, sortParam } from '../../models/queue-rows';
import { rangeWords, readTimeRange } from '../../models/time-range';
import { setParams, useAppLocation } from '../../router/location';
import { Icon } from '../../ui/icon';
import { Panel } from '../../ui/panel';
import { Empty } from '../../ui/panel-states';
import { Segmented } from '../../ui/segmented';
import { QueueTable } from './queue-table';

const BulkBar = lazy(async () => ({ default: (await import('./bulk-bar')).BulkBar }));

export interface QueueListPanelProps {
  title: string;
  queues: readonly QueueHealthStatus[];
  trends: TrendsResponse | undefined;
  /** Given: queues can be chosen, and something done to all of them. */
  onBulk?: (kind: BulkKind, queues: readonly QueueHealthStatus[]) => void;
}

const filters: readonly { value: StatusFilter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'critical', label: 'Critical' },
  { value: 'warning', label: 'Warning' },
  { value: 'healthy', label: 'Healthy' },
  { value: 'paused', label: 'Paused' },
];

/** The queues with search, status filter and sort, all three in the URL. */
export function QueueListPanel({ title, queues, trends, onBulk }: QueueListPanelProps) {
  const [selected, setSelected] = useState<ReadonlySet<string>>();
  const { params } = useAppLocation();
  const search = params.get('q') ?? '';
  const status = filters.find(({ value }) => value === params.get('status'))?.value ?? 'all';
  const sortText = params.get('sort');
  const sort = useMemo(() => readSort(sortText), [sortText]);

  const counts = useMemo(() => countByStatus(queues), [queues]);
  const rows = useMemo(() => selectRows(queues, { search, status, sort }), [queues, search, status, sort]);
  const options = filters
    .filter(({ value }) => value !== 'paused' || counts.paused > 0 || status === 'paused')
    .map(({ value, label }) => ({ value, label: `${label} ${formatCount(counts[value])}` }));
  const filtered = rows.length < queues.length;

  return (
    <Panel
      title={title}
      meta={
        filtered ? `${formatCount(rows.length)} of ${plural(queues.length, 'queue')}` : plural(queues.length, 'queue')
      }
      actions={
        <>
          <label className="search">
            <Icon icon={ListFilter} small />
            <input
              type="text"
              data-filter
              aria-label="Filter queues"
              placeholder="Filter queues"
              autoComplete="off"
              spellCheck={false}
              value={search}
              onChange={(event) => setParams({ q: event.target.value }, { replace: true })}
              onKeyDown={(event) => {
                if (event.key !== 'Escape') return;
                setParams({ q: undefined }, { replace: true });
                event.currentTarget.blur();
              }}
            />
            <kbd className="max-sm:hidden">/</kbd>
          </label>
          {onBulk && (
            <button
              type="button"
              className="btn btn-sm"
              aria-pressed={selected !== undefined}
              onClick={() => setSelected(selected ? undefined : new Set())}
            >
              {selected ? 'End choosing' : 'Choose queues'}
            </button>
          )}
          <Segmented
            label="Status"
            options={options}
            value={status}
            onChange={(next) => setParams({ status: next === 'all' ? undefined : next })}
          />
        </>
      }
    >
      {onBulk && selected && (
        <Suspense>
          <BulkBar queues={rows.filter(({ queueName }) => selected.has(queueName))} onBulk={onBulk} />
        </Suspense>
      )}
      {rows.length > 0 ? (
        <QueueTable
          rows={rows}
          sort={sort}
          onSort={(next) => setParams({ sort: sortParam(next) }, { replace: true })}
          orderKey={`${search} ${status} ${sortText}`}
          trends={trends}
          rangeWords={rangeWords(readTimeRange(params))}
          selection={selected && { selected, onChange: setSelected }}
        />
      ) : (
        <Empty title="No queue matches.">
          <button
            type="button"
            className="btn btn-sm"
            onClick={() => setParams({ q: undefined, status: undefined }, { replace: true })}
          >
            Show all {plural(queues.length, 'queue')}
          </button>
        </Empty>
      )}
    </Panel>
  );
}
