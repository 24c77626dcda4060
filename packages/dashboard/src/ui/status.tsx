import { CircleCheck, CirclePause, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { type ShownStatus, statusWords } from '../models/health';
import { Icon } from './icon';

export const statusIcons: Record<ShownStatus, LucideIcon> = {
  critical: OctagonAlert,
  warning: TriangleAlert,
  healthy: CircleCheck,
  paused: CirclePause,
};

/** Icon and word: never colour alone. */
export function Status({ status }: { status: ShownStatus }) {
  return (
    <span className={`status status-${status}`}>
      <Icon icon={statusIcons[status]} small />
      {statusWords[status]}
    </span>
  );
}

/** With a tint, for headers only. */
export function StatusBadge({ status, children }: { status: ShownStatus; children?: ReactNode }) {
  return (
    <span className={`badge badge-${status}`}>
      <Icon icon={statusIcons[status]} small />
      {children ?? statusWords[status]}
    </span>
  );
}
