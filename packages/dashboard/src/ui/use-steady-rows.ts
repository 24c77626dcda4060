import { useRef, useState } from 'react';

/**
 * Rows that do not change places under the pointer or the keyboard's focus: while either is inside, known rows keep
 * their order, new ones come at the end, and gone ones go. `orderKey` changes with filter and sort: then it is the
 * person who re-orders.
 */
export function useSteadyRows<Row>(wanted: readonly Row[], keyOf: (row: Row) => string, orderKey: string) {
  const [held, setHeld] = useState(false);
  const order = useRef<{ key: string; places: ReadonlyMap<string, number> }>({ key: orderKey, places: new Map() });
  let rows = wanted;
  if (held && order.current.key === orderKey) {
    const { places } = order.current;
    const placeOf = (row: Row) => places.get(keyOf(row)) ?? places.size;
    rows = wanted.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
  order.current = { key: orderKey, places: new Map(rows.map((row, index) => [keyOf(row), index])) };
  const holders = {
    onPointerEnter: () => setHeld(true),
    onPointerLeave: () => setHeld(false),
    onFocus: () => setHeld(true),
    onBlur: () => setHeld(false),
  };
  return { rows, holders };
}
