import type { Notify } from '@drover/react';
import { CircleCheck, CircleX, type LucideIcon, TriangleAlert, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { IconButton } from '../ui/button';
import { Icon } from '../ui/icon';

interface Toast {
  readonly id: number;
  readonly kind: keyof Notify;
  readonly message: string;
}

const shownMs = 6_000;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function add(kind: keyof Notify, message: string): void {
  const id = nextId++;
  set([...toasts, { id, kind, message }]);
  // An error stays until it is read.
  if (kind !== 'error') setTimeout(() => dismiss(id), shownMs);
}

function dismiss(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** Notices of the hooks' mutations, in the page's own look. */
export const notify: Notify = {
  success: (message) => add('success', message),
  warning: (message) => add('warning', message),
  error: (message) => add('error', message),
};

const icons: Record<keyof Notify, { icon: LucideIcon; className: string }> = {
  success: { icon: CircleCheck, className: 'text-healthy' },
  warning: { icon: TriangleAlert, className: 'text-warning' },
  error: { icon: CircleX, className: 'text-critical' },
};

export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status">
      {shown.map(({ id, kind, message }) => (
        <div key={id} className="toast">
          <Icon {...icons[kind]} />
          <span className="flex-1">{message}</span>
          <IconButton icon={X} small label="Dismiss" onClick={() => dismiss(id)} />
        </div>
      ))}
    </div>
  );
}
