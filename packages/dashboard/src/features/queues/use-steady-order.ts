import type { QueueHealthStatus } from '@drover/contract';
import { useRef, useState } from 'react';
import { keepOrder } from '../../models/queue-rows';

/** Rows in the order last shown while the pointer or the focus is inside, else in the order wanted. */
export function useSteadyOrder(rows: readonly QueueHealthStatus[], orderKey: string) {
  const [held, setHeld] = useState({ pointer: false, focus: false });
  const shown = useRef<{ key: string; names: readonly string[] }>({ key: '', names: [] });
  const holds = (held.pointer || held.focus) && shown.current.key === orderKey;
  const steady = holds ? keepOrder(rows, shown.current.names) : rows;
  shown.current = { key: orderKey, names: steady.map(({ queueName }) => queueName) };
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
