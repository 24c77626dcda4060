import type { OperationSummary } from '@drover/contract';
import { CircleCheck, CircleSlash, CircleX, LoaderCircle, type LucideIcon, TriangleAlert } from 'lucide-react';
import { type OperationTone, operationState, operationTone } from '../../models/operations';
import { Icon } from '../../ui/icon';

const looks: Record<OperationTone, { icon: LucideIcon; className: string }> = {
  running: { icon: LoaderCircle, className: 'text-accent' },
  healthy: { icon: CircleCheck, className: 'status-healthy' },
  warning: { icon: TriangleAlert, className: 'status-warning' },
  critical: { icon: CircleX, className: 'status-critical' },
  neutral: { icon: CircleSlash, className: 'text-text-2' },
};

export function OperationState({ operation }: { operation: OperationSummary }) {
  const { icon, className } = looks[operationTone(operation)];
  return (
    <span className={`status ${className}`}>
      <Icon icon={icon} small />
      {operationState(operation)}
    </span>
  );
}
