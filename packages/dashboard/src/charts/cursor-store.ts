/** Where the crosshair stands on all charts of a page: an instant (ms), or undefined where it is nowhere. */
export interface CursorStore {
  get(): number | undefined;
  set(timeMs: number | undefined): void;
  subscribe(listener: () => void): () => void;
}

export function createCursorStore(): CursorStore {
  let current: number | undefined;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (timeMs) => {
      if (timeMs === current) return;
      current = timeMs;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
