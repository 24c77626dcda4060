import { useRef, useState } from 'react';
import { keepOrder } from '../models/keep-order';

/**
 * Rows in the order last shown while the pointer or the focus is inside, else in the order wanted. `orderKey` changes
 * with the filter and the sort: then the order may change under the pointer too.
 */
export function useSteadyOrder<Row>(rows: readonly Row[], orderKey: string, keyFrom: (row: Row) => string) {
  const [held, setHeld] = useState({ pointer: false, focus: false });
  const shown = useRef<{ key: string; names: readonly string[] }>({ key: '', names: [] });
  const holds = (held.pointer || held.focus) && shown.current.key === orderKey;
  const steady = holds ? keepOrder(rows, shown.current.names, keyFrom) : rows;
  shown.current = { key: orderKey, names: steady.map(keyFrom) };
  return {
    rows: steady,
    holders: {
      onPointerEnter: () => setHeld((now) => ({ ...now, pointer: true })),
      onPointerLeave: () => setHeld((now) => ({ ...now, pointer: false })),
      onFocus: () => setHeld((now) => ({ ...now, focus: true })),
      onBlur: () => setHeld((now) => ({ ...now, focus: false })),
    },
  };
}
