import '../styles/data-table.css';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useRef } from 'react';
import { nextSelection } from '../models/selection';
import { nextTableSort, type TableSort } from '../models/table-sort';
import { useShortcuts } from '../shell/use-shortcuts';
import { Checkbox } from './checkbox';
import { Icon } from './icon';
import { narrowQuery, useMedia } from './use-media';
import { useSteadyOrder } from './use-steady-order';
import { useWindowRows } from './use-window-rows';

export interface Column<Row> {
  key: string;
  label: string;
  cell: (row: Row) => ReactNode;
  /** Right-aligned. */
  numeric?: boolean;
  sortable?: boolean;
  /** CSS width; the columns without one share the rest. */
  width?: string;
  /** Left out below 1,100 px, or only shown from 761 px on: what matters least goes first. */
  hideBelow?: 'wide' | 'narrow';
  /** On a narrow screen the table is cards: the column that names one, and cells that need no label there. */
  role?: 'title' | 'bare';
}

export interface Selection {
  /** Keys of the rows. */
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

export interface DataTableProps<Row> {
  /** Names the table for those who hear it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** A row in words, for its checkbox. */
  rowName?: (row: Row) => string;
  sort?: TableSort;
  onSort?: (sort: TableSort) => void;
  selection?: Selection;
  /** Enter on the row, or a click anywhere in it that is not on a control. */
  onOpen?: (row: Row) => void;
  /** Marks the row that is open beside the table. */
  current?: string | undefined;
  /** Keys of the focused row: `{ e: acknowledge }`. */
  rowKeys?: Readonly<Record<string, (row: Row) => void>>;
  /** A row drawn across all columns below one, for its particulars. */
  below?: (row: Row) => ReactNode;
  /**
   * Given: live rows do not change places under the pointer or the focus until this changes, with the filter and the
   * sort; and of more than 60 rows only those in sight are drawn, which rules out `below`.
   */
  orderKey?: string;
}

/**
 * A table with sortable heads, selection (shift-click takes the rows between) and `j`/`k` from row to row; cards on a
 * narrow screen. For some hundred rows, or with an `orderKey` for any number.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, columns, rows: wanted, rowKey, sort, onSort, selection, orderKey } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const anchor = useRef<string | undefined>(undefined);
  const narrow = useMedia(narrowQuery);
  const { rows, holders } = useSteadyOrder(wanted, orderKey ?? '', rowKey);
  const live = orderKey !== undefined;
  const inSight = useWindowRows(body, live ? rows.length : 0, narrow ? cards : tableRows);
  const { first, end, beforePx, afterPx } = live ? inSight : { ...whole, end: rows.length };
  const keys = rows.map(rowKey);
  useShortcuts({ j: () => moveRow(body.current, 1), k: () => moveRow(body.current, -1) });

  const select = (key: string, checked: boolean, range: boolean) => {
    if (!selection) return;
    selection.onChange(
      nextSelection(selection.selected, keys, { key, checked, from: range ? anchor.current : undefined }),
    );
    anchor.current = key;
  };
  const chosen = selection ? keys.filter((key) => selection.selected.has(key)).length : 0;

  return (
    <div className="dtable-scroll">
      <table aria-rowcount={rows.length + 1} className={`dtable ${selection ? 'dtable-selectable' : ''}`}>
        <caption className="sr-only">{caption}</caption>
        <colgroup>
          {selection && <col style={{ width: 36 }} />}
          {columns.map(({ key, width, hideBelow }) => (
            <col key={key} className={hideBelow && `below-${hideBelow}`} style={width ? { width } : undefined} />
          ))}
        </colgroup>
        <thead>
          <tr>
            {selection && (
              <th scope="col" className="cell-check">
                <Checkbox
                  label={`Select all ${rows.length} rows`}
                  hideLabel
                  checked={rows.length > 0 && chosen === rows.length}
                  indeterminate={chosen > 0 && chosen < rows.length}
                  onChange={(checked) => selection.onChange(new Set(checked ? keys : []))}
                />
              </th>
            )}
            {columns.map((column) => (
              <Head key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody ref={body} {...(live && holders)}>
          <Spacer height={beforePx} />
          {rows.slice(first, end).map((row, place) => (
            <Row key={rowKey(row)} {...props} row={row} index={first + place} onSelect={select} />
          ))}
          <Spacer height={afterPx} />
        </tbody>
      </table>
    </div>
  );
}

const tableRows = { rowHeight: 36, fixed: true };
/** As high as their content needs: measured as they are drawn. */
const cards = { rowHeight: 140, fixed: false };
const whole = { first: 0, beforePx: 0, afterPx: 0 };

function Spacer({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: nothing in it takes the focus; it only takes room.
    <tr className="row-spacer" aria-hidden="true">
      <td style={{ height }} />
    </tr>
  );
}

interface HeadProps<Row> {
  column: Column<Row>;
  sort: TableSort | undefined;
  onSort: ((sort: TableSort) => void) | undefined;
}

function Head<Row>({ column: { key, label, numeric, sortable, hideBelow }, sort, onSort }: HeadProps<Row>) {
  const className = `${numeric ? 'num' : ''} ${hideBelow ? `below-${hideBelow}` : ''}`;
  if (!sortable || !sort || !onSort) {
    return (
      <th scope="col" className={className}>
        {label}
      </th>
    );
  }
  const active = sort.key === key;
  return (
    <th scope="col" className={className} aria-sort={active ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="sort-button" onClick={() => onSort(nextTableSort(sort, key, numeric))}>
        {label}
        {active && <Icon icon={sort.descending ? ArrowDown : ArrowUp} small />}
      </button>
    </th>
  );
}

interface RowProps<Row> extends DataTableProps<Row> {
  row: Row;
  /** Place among all rows, for screen readers: not all are in the page. */
  index: number;
  onSelect: (key: string, checked: boolean, range: boolean) => void;
}

function Row<Row>({
  row,
  index,
  columns,
  rowKey,
  rowName,
  selection,
  onSelect,
  onOpen,
  current,
  rowKeys,
  below,
}: RowProps<Row>) {
  const key = rowKey(row);
  const range = useRef(false);
  const name = rowName?.(row) ?? key;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' && onOpen) onOpen(row);
    else if ((event.key === ' ' || event.key === 'x') && selection) {
      onSelect(key, !selection.selected.has(key), event.shiftKey);
    } else if (rowKeys?.[event.key]) rowKeys[event.key]?.(row);
    else return;
    event.preventDefault();
  };
  const onClick = (event: MouseEvent) => {
    if ((event.target as Element).closest('a, button, input, label') || window.getSelection()?.type === 'Range') return;
    onOpen?.(row);
  };
  const particulars = below?.(row);
  return (
    <>
      <tr
        tabIndex={-1}
        data-row={key}
        data-index={index}
        aria-rowindex={index + 2}
        className={onOpen && 'row-opens'}
        aria-selected={selection ? selection.selected.has(key) : undefined}
        aria-current={current === key ? 'true' : undefined}
        onKeyDown={onKeyDown}
        onClick={onOpen && onClick}
      >
        {selection && (
          <td className="cell-check">
            <Checkbox
              label={`Select ${name}`}
              hideLabel
              checked={selection.selected.has(key)}
              onClick={(event) => {
                range.current = event.shiftKey;
              }}
              onChange={(checked) => onSelect(key, checked, range.current)}
            />
          </td>
        )}
        {columns.map(({ key: column, label, numeric, hideBelow, role, cell }) => (
          <td
            key={column}
            data-label={role ? undefined : label}
            className={`cell-${role ?? 'labelled'} ${numeric ? 'num' : ''} ${hideBelow ? `below-${hideBelow}` : ''}`}
          >
            {cell(row)}
          </td>
        ))}
      </tr>
      {particulars && (
        <tr className="row-below">
          <td colSpan={columns.length + (selection ? 1 : 0)}>{particulars}</td>
        </tr>
      )}
    </>
  );
}

/** Moves the focus from row to row, from wherever in a row it is. */
function moveRow(body: HTMLElement | null, step: 1 | -1): void {
  const rows = [...(body?.querySelectorAll<HTMLElement>('tr[data-row]') ?? [])];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  rows[next]?.focus();
  rows[next]?.scrollIntoView({ block: 'nearest' });
}
