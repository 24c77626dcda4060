import { CircleCheck, CircleDashed, CircleStop, type LucideIcon, Recycle, RotateCw, TriangleAlert } from 'lucide-react';
import { type ShownWorkerState, shownWorkerStates } from '../../models/worker-rows';
import { Icon } from '../../ui/icon';

const looks: Record<ShownWorkerState, { icon: LucideIcon; className: string }> = {
  recycling: { icon: Recycle, className: 'text-accent' },
  recycle_due: { icon: TriangleAlert, className: 'status-warning' },
  starting: { icon: CircleDashed, className: 'text-text-2' },
  ready: { icon: CircleCheck, className: 'status-healthy' },
  draining: { icon: RotateCw, className: 'text-text-2' },
  stopped: { icon: CircleStop, className: 'text-text-2' },
};

export function WorkerState({ state, title }: { state: ShownWorkerState; title?: string | undefined }) {
  const { icon, className } = looks[state];
  return (
    <span className={`status ${className}`} title={title}>
      <Icon icon={icon} small />
      {shownWorkerStates[state]}
    </span>
  );
}
