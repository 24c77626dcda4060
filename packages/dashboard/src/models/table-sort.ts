/** Column and direction; in the URL as `name` or `-name`. */
export interface TableSort {
  readonly key: string;
  readonly descending: boolean;
}

/** What a URL says, if it names one of the columns. */
export function readTableSort(text: string | null, columns: readonly string[], fallback: TableSort): TableSort {
  const descending = text?.startsWith('-') ?? false;
  const key = descending ? text?.slice(1) : text;
  return key && columns.includes(key) ? { key, descending } : fallback;
}

export function tableSortParam({ key, descending }: TableSort, fallback: TableSort): string | undefined {
  if (key === fallback.key && descending === fallback.descending) return undefined;
  return `${descending ? '-' : ''}${key}`;
}

/** After a click on a head: the other way round, or that column; numbers start with the largest. */
export function nextTableSort(sort: TableSort, key: string, numeric = false): TableSort {
  return sort.key === key ? { key, descending: !sort.descending } : { key, descending: numeric };
}

type Value = number | string | undefined;

/** Rows in the order of a value; those without one last, either way; equal ones as they came. */
export function sortRows<Row>(rows: readonly Row[], descending: boolean, valueFrom: (row: Row) => Value): Row[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [left, right] = [valueFrom(a), valueFrom(b)];
    if (left === undefined || right === undefined) return Number(left === undefined) - Number(right === undefined);
    if (typeof left === 'string' || typeof right === 'string') return sign * collator.compare(`${left}`, `${right}`);
    return sign * (left - right);
  });
}

const collator = new Intl.Collator('en', { numeric: true });
