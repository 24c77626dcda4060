import type { QueueHealthStatus } from '@drover/contract';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { reasonsOf } from '../../models/reasons';
import { Icon } from '../../ui/icon';

/** Why the queue is not healthy, in words. Nothing for one that is. */
export function ReasonStrip({ queue }: { queue: QueueHealthStatus }) {
  const reasons = reasonsOf(queue);
  if (reasons.length === 0) return null;
  return (
    <ul className="reasons" aria-label="Why">
      {reasons.map(({ kind, severity, message, detail }) => (
        <li key={`${kind} ${message}`}>
          <Icon
            icon={severity === 'critical' ? OctagonAlert : TriangleAlert}
            className={severity === 'critical' ? 'text-critical' : 'text-warning'}
          />
          <span className="font-semibold">
            <span className="sr-only">{severity === 'critical' ? 'Critical: ' : 'Warning: '}</span>
            {message}
          </span>
          {detail && <span className="line-2 col-start-2">{detail}</span>}
        </li>
      ))}
    </ul>
  );
}
