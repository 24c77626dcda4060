import type { QueueHealthStatus, TrendsResponse } from '@drover/contract';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type MouseEvent, useEffect, useRef } from 'react';
import { nextSort, type Sort, type SortKey } from '../../models/queue-rows';
import { useShortcuts } from '../../shell/use-shortcuts';
import { Icon } from '../../ui/icon';
import { narrowQuery, useMedia } from '../../ui/use-media';
import { useSteadyOrder } from '../../ui/use-steady-order';
import { useWindowRows } from '../../ui/use-window-rows';
import { figureColumns } from './queue-columns';
import { QueueRow } from './queue-row';

export interface QueueTableProps {
  rows: readonly QueueHealthStatus[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** Changes with the filter and the sort: then the order may change under the pointer too. */
  orderKey: string;
  trends: TrendsResponse | undefined;
  /** `1 h`, for the sparkline's header. */
  rangeWords: string;
}

const queueKey = ({ queueName }: QueueHealthStatus) => queueName;
const tableRows = { rowHeight: 36, fixed: true };
/** As high as their issues need. */
const cards = { rowHeight: 89, fixed: false };

/** Queues as a table, below 760 px as cards. Draws only the rows in sight. */
export function QueueTable({ rows: wanted, sort, onSort, orderKey, trends, rangeWords }: QueueTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const narrow = useMedia(narrowQuery);
  const { rows, holders } = useSteadyOrder(wanted, orderKey, queueKey);
  const shown = useWindowRows(body, rows.length, narrow ? cards : tableRows);
  useRowKeys(body, rows.length, shown.scrollTo);

  const openRow = (event: MouseEvent) => {
    const row = (event.target as Element).closest('tr');
    if ((event.target as Element).closest('a') || window.getSelection()?.type === 'Range') return;
    row?.querySelector<HTMLElement>('a')?.click();
  };

  return (
    <table className="qtable" aria-rowcount={rows.length + 1}>
      <colgroup>
        <col className="col-status" />
        <col className="col-name" />
        <col />
        {figureColumns.map(({ key }) => (
          <col key={key} className={`col-${key}`} />
        ))}
        <col className="col-spark" />
        <col className="col-workers" />
      </colgroup>
      <thead>
        <tr>
          <SortHeader label="Status" name="status" sort={sort} onSort={onSort} />
          <SortHeader label="Queue" name="queue" sort={sort} onSort={onSort} />
          <th scope="col">What is wrong</th>
          {figureColumns.map(({ key, label }) => (
            <SortHeader key={key} label={label} name={key} sort={sort} onSort={onSort} numeric />
          ))}
          <th scope="col" className="h-spark">
            Waiting, {rangeWords}
          </th>
          <SortHeader label="Workers" name="workers" sort={sort} onSort={onSort} numeric />
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: for the pointer only; the link in the row is the keyboard's way. */}
      <tbody ref={body} {...holders} onClick={openRow}>
        <Spacer height={shown.beforePx} />
        {rows.slice(shown.first, shown.end).map((queue, place) => (
          <QueueRow
            key={queue.queueName}
            queue={queue}
            index={shown.first + place}
            waiting={trends?.queues[queue.queueName]?.waiting}
          />
        ))}
        <Spacer height={shown.afterPx} />
      </tbody>
    </table>
  );
}

/** `j` and `k` move the focus from row to row; Enter then follows the link as ever. */
function useRowKeys(body: React.RefObject<HTMLElement | null>, count: number, scrollTo: (index: number) => void) {
  const target = useRef<number | undefined>(undefined);
  const rowAt = (index: number) => body.current?.querySelector<HTMLElement>(`tr[data-index="${index}"] a`);
  const move = (step: number) => {
    const row = document.activeElement?.closest<HTMLElement>('tr[data-index]');
    const at = row ? Number(row.dataset.index) : step > 0 ? -1 : 0;
    const next = Math.min(count - 1, Math.max(0, at + step));
    const link = rowAt(next);
    link?.focus();
    target.current = link ? undefined : next;
    if (!link) scrollTo(next);
  };
  useShortcuts({ j: () => move(1), k: () => move(-1) });
  // A row out of sight exists only after the list has scrolled to it.
  useEffect(() => {
    if (target.current === undefined) return;
    const link = rowAt(target.current);
    if (!link) return;
    target.current = undefined;
    link.focus();
  });
}

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus; it only takes room.
    <tr className="spacer" aria-hidden="true">
      <td colSpan={12} style={{ height }} />
    </tr>
  );
}

interface SortHeaderProps {
  label: string;
  name: SortKey;
  sort: Sort;
  onSort: (sort: Sort) => void;
  numeric?: boolean;
}

function SortHeader({ label, name, sort, onSort, numeric = false }: SortHeaderProps) {
  const active = sort.key === name;
  return (
    <th
      scope="col"
      className={`h-${name} ${numeric ? 'num' : ''}`}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      <button type="button" className="sort-button" onClick={() => onSort(nextSort(sort, name))}>
        {label}
        {active && <Icon icon={sort.descending ? ArrowDown : ArrowUp} small />}
      </button>
    </th>
  );
}
