import type { QueueHealthStatus, TrendsResponse } from '@drover/contract';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type MouseEvent, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { nextSort, type Sort, type SortKey } from '../../models/queue-rows';
import { nextSelection } from '../../models/selection';
import { useShortcuts } from '../../shell/use-shortcuts';
import { Checkbox } from '../../ui/checkbox';
import type { Selection } from '../../ui/data-table';
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
  /** Given while queues are chosen for an operation. */
  selection?: Selection | undefined;
}

const queueKey = ({ queueName }: QueueHealthStatus) => queueName;
const tableRows = { rowHeight: 36, fixed: true };
/** As high as their issues need. */
const cards = { rowHeight: 89, fixed: false };

/** Queues as a table, below 760 px as cards. Draws only the rows in sight. */
export function QueueTable({ rows: wanted, sort, onSort, orderKey, trends, rangeWords, selection }: QueueTableProps) {
  const body = useRef<HTMLTableSectionElement>(null);
  const narrow = useMedia(narrowQuery);
  const { rows, holders } = useSteadyOrder(wanted, orderKey, queueKey);
  const shown = useWindowRows(body, rows.length, narrow ? cards : tableRows);
  useRowKeys(body, rows.length, shown.scrollTo);

  const anchor = useRef<string | undefined>(undefined);
  const latest = useRef({ rows, selection });
  latest.current = { rows, selection };
  // One for all rows and ticks, or no row would stay as it is.
  const select = useCallback((key: string, checked: boolean, range: boolean) => {
    const now = latest.current;
    if (!now.selection) return;
    const change = { key, checked, from: range ? anchor.current : undefined };
    now.selection.onChange(nextSelection(now.selection.selected, now.rows.map(queueKey), change));
    anchor.current = key;
  }, []);
  const chosen = selection ? rows.filter(({ queueName }) => selection.selected.has(queueName)).length : 0;

  const openRow = (event: MouseEvent) => {
    const row = (event.target as Element).closest('tr');
    if ((event.target as Element).closest('a, label') || window.getSelection()?.type === 'Range') return;
    row?.querySelector<HTMLElement>('a')?.click();
  };

  return (
    <table className={`qtable ${selection ? 'qtable-selecting' : ''}`} aria-rowcount={rows.length + 1}>
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
          <SortHeader label="Status" name="status" sort={sort} onSort={onSort}>
            {selection && (
              <Checkbox
                label={`Select all ${rows.length} queues`}
                hideLabel
                checked={chosen === rows.length}
                indeterminate={chosen > 0 && chosen < rows.length}
                onChange={(checked) => selection.onChange(new Set(checked ? rows.map(queueKey) : []))}
              />
            )}
          </SortHeader>
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
            selected={selection?.selected.has(queue.queueName)}
            onSelect={selection && select}
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
  /** Before the label. */
  children?: ReactNode;
}

function SortHeader({ label, name, sort, onSort, numeric = false, children }: SortHeaderProps) {
  const active = sort.key === name;
  return (
    <th
      scope="col"
      className={`h-${name} ${numeric ? 'num' : ''}`}
      aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}
    >
      {children}
      <button type="button" className="sort-button" onClick={() => onSort(nextSort(sort, name))}>
        {label}
        {active && <Icon icon={sort.descending ? ArrowDown : ArrowUp} small />}
      </button>
    </th>
  );
}
